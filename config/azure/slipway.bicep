// Slipway itself: a small VM with an identity of its own, the network that it shares with its machines, and a vault for
// its secrets. Deploy it to a resource group of its own; machines go into another one (machines.bicep), so that nothing
// which may delete machines can touch what stands here.

@description('Where all of it stands.')
param location string = resourceGroup().location

@description('Begins every name. Small letters, digits and hyphens.')
@minLength(3)
@maxLength(12)
param name string = 'slipway'

@description('Image of the service, built from the Dockerfile, as the VM pulls it: registry.example.com/slipway:0.1.0.')
param image string

@description('Name under which GitHub reaches the service over HTTPS. Its DNS entry must point to the public address; empty: the name that Azure gives.')
param hostName string = ''

@description('Public key of whoever may log in. Nothing lets ssh in until you open it.')
param sshPublicKey string

@description('Whence webhooks may come: a service tag or a network.')
param webhookSource string = 'Internet'

@description('Size of the VM.')
param vmSize string = 'Standard_B2s'

@description('Addresses of the whole network.')
param addressPrefix string = '10.20.0.0/16'

@description('Addresses of Slipway alone.')
param slipwayPrefix string = '10.20.0.0/27'

@description('Addresses of the machines: one each.')
param machinesPrefix string = '10.20.4.0/22'

@description('Text of slipway.yaml. It lies in the vault: change it there, and the service takes it over.')
@secure()
param configuration string

@description('Seals what the service keeps: 32 characters or more. Losing it loses the machines’ authority.')
@secure()
@minLength(32)
param slipwayKey string

@description('Private key of the GitHub App, PEM.')
@secure()
param githubPrivateKey string

@description('Secret of the GitHub App’s webhooks.')
@secure()
param githubWebhookSecret string

var vaultName = take('${name}-${uniqueString(resourceGroup().id)}', 24)
var vaultUri = 'https://${vaultName}${environment().suffixes.keyvaultDns}'
var domainLabel = '${name}-${uniqueString(resourceGroup().id)}'
var cloudInit = loadTextContent('slipway-vm.yaml')
var secretsUserRole = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b875-0445c86b69e6')

resource slipwayRules 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: '${name}-service'
  location: location
  properties: {
    securityRules: [
      {
        name: 'nothing-from-machines'
        properties: {
          description: 'Machines run foreign code: they have no way to Slipway.'
          priority: 100
          direction: 'Inbound'
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: machinesPrefix
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
      {
        name: 'webhooks'
        properties: {
          description: 'The proxy with TLS; port 80 is for its certificate.'
          priority: 200
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourceAddressPrefix: webhookSource
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRanges: ['80', '443']
        }
      }
      {
        name: 'nothing-else'
        properties: {
          priority: 4000
          direction: 'Inbound'
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource machineRules 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: '${name}-machines'
  location: location
  properties: {
    securityRules: [
      {
        name: 'engine-from-slipway'
        properties: {
          description: 'The engines’ port, for Slipway alone.'
          priority: 100
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourceAddressPrefix: slipwayPrefix
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '2376'
        }
      }
      {
        name: 'nothing-else-in'
        properties: {
          priority: 4000
          direction: 'Inbound'
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
      {
        name: 'nothing-within'
        properties: {
          description: 'Neither Slipway nor other machines, nor what the network is peered with.'
          priority: 100
          direction: 'Outbound'
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: 'VirtualNetwork'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource outboundAddress 'Microsoft.Network/publicIPAddresses@2024-05-01' = {
  name: '${name}-outbound'
  location: location
  sku: {
    name: 'Standard'
  }
  properties: {
    publicIPAllocationMethod: 'Static'
  }
}

resource outbound 'Microsoft.Network/natGateways@2024-05-01' = {
  name: '${name}-outbound'
  location: location
  sku: {
    name: 'Standard'
  }
  properties: {
    publicIpAddresses: [
      {
        id: outboundAddress.id
      }
    ]
  }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  properties: {
    addressSpace: {
      addressPrefixes: [addressPrefix]
    }
  }
}

resource slipwaySubnet 'Microsoft.Network/virtualNetworks/subnets@2024-05-01' = {
  parent: network
  name: 'slipway'
  properties: {
    addressPrefix: slipwayPrefix
    networkSecurityGroup: {
      id: slipwayRules.id
    }
  }
}

// One after the other: Azure changes a network once at a time.
resource machinesSubnet 'Microsoft.Network/virtualNetworks/subnets@2024-05-01' = {
  parent: network
  name: 'machines'
  properties: {
    addressPrefix: machinesPrefix
    defaultOutboundAccess: false
    networkSecurityGroup: {
      id: machineRules.id
    }
    natGateway: {
      id: outbound.id
    }
  }
  dependsOn: [
    slipwaySubnet
  ]
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: name
  location: location
}

resource networkRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'slipway-network')
  properties: {
    roleName: 'Slipway network ${uniqueString(resourceGroup().id)}'
    description: 'Puts machines into their subnet.'
    type: 'CustomRole'
    assignableScopes: [
      resourceGroup().id
    ]
    permissions: [
      {
        actions: [
          'Microsoft.Authorization/permissions/read'
          'Microsoft.Network/networkSecurityGroups/join/action'
          'Microsoft.Network/virtualNetworks/subnets/join/action'
          'Microsoft.Network/virtualNetworks/subnets/read'
        ]
        notActions: []
      }
    ]
  }
}

resource mayUseSubnet 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: machinesSubnet
  name: guid(machinesSubnet.id, name, 'slipway-network')
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: networkRole.id
  }
}

resource mayUseRules 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: machineRules
  name: guid(machineRules.id, name, 'slipway-network')
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: networkRole.id
  }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: vaultName
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enablePurgeProtection: true
  }
}

resource configurationSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'slipway-yaml'
  properties: {
    value: configuration
  }
}

resource keySecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'slipway-key'
  properties: {
    value: slipwayKey
  }
}

resource githubKeySecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'github-private-key'
  properties: {
    value: githubPrivateKey
  }
}

resource githubWebhookSecretSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'github-webhook-secret'
  properties: {
    value: githubWebhookSecret
  }
}

resource mayReadSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, name, 'secrets-user')
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: secretsUserRole
  }
}

resource publicAddress 'Microsoft.Network/publicIPAddresses@2024-05-01' = {
  name: '${name}-service'
  location: location
  sku: {
    name: 'Standard'
  }
  properties: {
    publicIPAllocationMethod: 'Static'
    dnsSettings: {
      domainNameLabel: domainLabel
    }
  }
}

resource interface 'Microsoft.Network/networkInterfaces@2024-05-01' = {
  name: '${name}-service'
  location: location
  properties: {
    ipConfigurations: [
      {
        name: 'main'
        properties: {
          privateIPAllocationMethod: 'Dynamic'
          subnet: {
            id: slipwaySubnet.id
          }
          publicIPAddress: {
            id: publicAddress.id
          }
        }
      }
    ]
  }
}

// The database outlives the VM.
resource data 'Microsoft.Compute/disks@2024-03-02' = {
  name: '${name}-data'
  location: location
  sku: {
    name: 'Premium_LRS'
  }
  properties: {
    diskSizeGB: 16
    creationData: {
      createOption: 'Empty'
    }
  }
}

resource vm 'Microsoft.Compute/virtualMachines@2024-07-01' = {
  name: '${name}-service'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    hardwareProfile: {
      vmSize: vmSize
    }
    securityProfile: {
      securityType: 'TrustedLaunch'
      uefiSettings: {
        secureBootEnabled: true
        vTpmEnabled: true
      }
    }
    storageProfile: {
      imageReference: {
        publisher: 'Debian'
        offer: 'debian-12'
        sku: '12-gen2'
        version: 'latest'
      }
      osDisk: {
        createOption: 'FromImage'
        deleteOption: 'Delete'
        managedDisk: {
          storageAccountType: 'Premium_LRS'
        }
      }
      dataDisks: [
        {
          lun: 0
          createOption: 'Attach'
          deleteOption: 'Detach'
          managedDisk: {
            id: data.id
          }
        }
      ]
    }
    osProfile: {
      computerName: name
      adminUsername: 'slipway'
      customData: base64(replace(replace(replace(replace(cloudInit, '@@vault@@', vaultUri), '@@identity@@', identity.properties.clientId), '@@image@@', image), '@@host@@', empty(hostName) ? publicAddress.properties.dnsSettings.fqdn : hostName))
      linuxConfiguration: {
        disablePasswordAuthentication: true
        ssh: {
          publicKeys: [
            {
              path: '/home/slipway/.ssh/authorized_keys'
              keyData: sshPublicKey
            }
          ]
        }
      }
    }
    networkProfile: {
      networkInterfaces: [
        {
          id: interface.id
        }
      ]
    }
  }
  dependsOn: [
    mayReadSecrets
    configurationSecret
    keySecret
    githubKeySecret
    githubWebhookSecretSecret
  ]
}

@description('What machines.bicep and subscription.bicep ask for.')
output principalId string = identity.properties.principalId

@description('`subnetId` of the fleets.')
output subnetId string = machinesSubnet.id

@description('`networkSecurityGroupId` of the fleets.')
output networkSecurityGroupId string = machineRules.id

@description('Where GitHub sends webhooks: `server.public.url`.')
output url string = 'https://${empty(hostName) ? publicAddress.properties.dnsSettings.fqdn : hostName}'

@description('Where the secrets lie.')
output vault string = vaultName
