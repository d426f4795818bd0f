// What Slipway may read of the subscription: which sizes there are, how much of them it may have. It changes nothing.
targetScope = 'subscription'

@description('Slipway’s identity: `principalId` of slipway.bicep’s outputs.')
param principalId string

resource catalogueRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, 'slipway-catalogue')
  properties: {
    roleName: 'Slipway catalogue ${uniqueString(subscription().id)}'
    description: 'Reads sizes, quotas, images, and the state of virtual machines.'
    type: 'CustomRole'
    assignableScopes: [
      subscription().id
    ]
    permissions: [
      {
        actions: [
          'Microsoft.Authorization/permissions/read'
          'Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read'
          'Microsoft.Compute/locations/usages/read'
          'Microsoft.Compute/skus/read'
          'Microsoft.Compute/virtualMachines/read'
        ]
        notActions: []
      }
    ]
  }
}

resource mayReadCatalogue 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, principalId, 'slipway-catalogue')
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: catalogueRole.id
  }
}
