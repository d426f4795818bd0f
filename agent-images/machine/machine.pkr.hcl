# packer init . && packer build -var resource_group=ci -var image_name=slipway-machine-1 .
packer {
  required_plugins {
    azure = {
      source  = "github.com/hashicorp/azure"
      version = ">= 2.0.0"
    }
  }
}

variable "resource_group" {
  type        = string
  description = "Where the image is kept."
}

variable "image_name" {
  type        = string
  description = "Name of the image; fleets name it by its id."
}

variable "location" {
  type    = string
  default = "westeurope"
}

variable "vm_size" {
  type    = string
  default = "Standard_D2s_v5"
}

variable "images" {
  type        = list(string)
  default     = []
  description = "Images of agents that every machine is to have from its first second on."
}

source "azure-arm" "machine" {
  use_azure_cli_auth                = true
  os_type                           = "Linux"
  image_publisher                   = "Debian"
  image_offer                       = "debian-12"
  image_sku                         = "12-gen2"
  location                          = var.location
  vm_size                           = var.vm_size
  managed_image_name                = var.image_name
  managed_image_resource_group_name = var.resource_group
}

build {
  sources = ["source.azure-arm.machine"]

  provisioner "shell" {
    script           = "${path.root}/prepare.sh"
    environment_vars = ["IMAGES=${join(" ", var.images)}"]
    execute_command  = "chmod +x {{ .Path }}; {{ .Vars }} sudo -E sh '{{ .Path }}'"
  }

  # The last step: removes the account that all of this was done with.
  provisioner "shell" {
    inline          = ["/usr/sbin/waagent -force -deprovision+user && export HISTSIZE=0 && sync"]
    execute_command = "chmod +x {{ .Path }}; {{ .Vars }} sudo -E sh '{{ .Path }}'"
  }
}
