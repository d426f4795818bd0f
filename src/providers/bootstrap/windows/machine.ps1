# What follows is the same for every machine. Again changes nothing.

$Lib = "$env:ProgramData\slipway"
$Engine = "$env:ProgramData\docker"
$Mark = 'slipway-ready'
$Step = 'beginning'
$env:DOCKER_HOST = $null

function Say([string]$Text) {
    Write-Output "slipway: $Text"
    Add-Content -Path "$Lib\bootstrap.log" -Value "$(Get-Date -Format o) $Text"
}

function Step([string]$Text) {
    $script:Step = $Text
    Say $Text
}

# Only the system and administrators may read it.
function Protect([string]$Path) {
    & icacls.exe $Path /inheritance:r /grant:r '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "access to $Path could not be limited" }
}

function Write-Text([string]$Path, [string]$Base64) {
    New-Item -ItemType Directory -Force -Path (Split-Path $Path) | Out-Null
    [IO.File]::WriteAllBytes($Path, [Convert]::FromBase64String($Base64))
}

# A script of the fleet's owner.
function Invoke-Hook([string]$Name) {
    $path = "$Lib\$Name.ps1"
    if (-not (Test-Path $path)) { return }
    Step "running the owner's script: $Name"
    $env:SLIPWAY_MACHINE = $Machine
    $env:SLIPWAY_OWNER = $Owner
    & powershell.exe -NoProfile -ExecutionPolicy Bypass -File $path
    if ($LASTEXITCODE -ne 0) { throw "the script $Name ended with $LASTEXITCODE" }
}

function Add-Authorities {
    foreach ($file in Get-ChildItem "$Lib\authorities\*.crt" -ErrorAction SilentlyContinue) {
        Import-Certificate -FilePath $file.FullName -CertStoreLocation Cert:\LocalMachine\Root | Out-Null
    }
}

# A feature may ask for a restart: then this script goes on at the next start of the system.
function Install-Features {
    $features = @('Containers')
    if ($Isolation -eq 'hyperv') { $features += 'Hyper-V' }
    $missing = @(Get-WindowsFeature -Name $features | Where-Object { -not $_.Installed })
    if ($missing.Count -eq 0) { return $false }
    Step "installing $($missing.Name -join ', ')"
    $result = Install-WindowsFeature -Name $missing.Name
    if (-not $result.Success) { throw 'the features could not be installed' }
    return $result.RestartNeeded -ne 'No'
}

function Restart-AndGoOn {
    Say 'the system restarts, and this goes on afterwards'
    Copy-Item -Force $PSCommandPath "$Lib\bootstrap.ps1"
    $action = New-ScheduledTaskAction -Execute powershell.exe -Argument "-NoProfile -ExecutionPolicy Bypass -File `"$Lib\bootstrap.ps1`""
    Register-ScheduledTask -Force -TaskName slipway-bootstrap -Action $action -Trigger (New-ScheduledTaskTrigger -AtStartup) -User SYSTEM -RunLevel Highest | Out-Null
    Restart-Computer -Force
}

function Set-FirewallRule([string]$Name, [hashtable]$Rule) {
    Remove-NetFirewallRule -Name $Name -ErrorAction SilentlyContinue
    New-NetFirewallRule -Name $Name -DisplayName $Name @Rule | Out-Null
}

# Containers are behind the host's virtual switches; what leaves those for these addresses is blocked.
function Set-Firewall {
    Set-FirewallRule 'slipway-engine' @{ Direction = 'Inbound'; Action = 'Allow'; Protocol = 'TCP'; LocalPort = 2376 }
    Set-FirewallRule 'slipway-agents-engine' @{ Direction = 'Inbound'; Action = 'Block'; Protocol = 'TCP'; LocalPort = @(2375, 2376); InterfaceAlias = 'vEthernet*' }
    Set-FirewallRule 'slipway-agents-out' @{ Direction = 'Outbound'; Action = 'Block'; RemoteAddress = $Blocked; InterfaceAlias = 'vEthernet*' }
}

function Start-Engine {
    $daemon = Get-Command dockerd.exe -ErrorAction SilentlyContinue
    if (-not $daemon) { $daemon = Get-Command "$env:ProgramFiles\docker\dockerd.exe" -ErrorAction SilentlyContinue }
    if (-not $daemon) { throw 'there is no dockerd.exe: use an image with an engine, or install one in bootstrap.before' }
    $env:Path = "$(Split-Path $daemon.Source);$env:Path"
    if (-not (Get-Service docker -ErrorAction SilentlyContinue)) { & $daemon.Source --register-service }
    Set-Service docker -StartupType Automatic
    if ($Proxies.Count -gt 0) {
        New-ItemProperty -Force -Path 'HKLM:\SYSTEM\CurrentControlSet\Services\docker' -Name Environment -PropertyType MultiString -Value $Proxies | Out-Null
    }
    Restart-Service docker
    foreach ($try in 1..90) {
        & docker.exe version 2>&1 | Out-Null
        if ($LASTEXITCODE -eq 0) { return }
        Start-Sleep -Seconds 1
    }
    throw 'the engine does not answer'
}

function Start-Fetching {
    if ($Images.Count -eq 0) { return }
    $fetch = ($Images | ForEach-Object { "docker.exe pull -q '$_'" }) -join '; '
    Start-Process -WindowStyle Hidden powershell.exe -ArgumentList '-NoProfile', '-Command', $fetch
}

try {
    New-Item -ItemType Directory -Force -Path $Lib | Out-Null
    Protect $Lib
    Step "setting up $Machine"
    New-Item -ItemType Directory -Force -Path "$Engine\tls" | Out-Null
    Protect "$Engine\tls"
    Write-Files
    Invoke-Hook 'before'
    Add-Authorities
    if (Install-Features) {
        Restart-AndGoOn
        exit 0
    }
    Set-Firewall
    Step 'starting the engine'
    Start-Engine
    & docker.exe volume rm $Mark 2>&1 | Out-Null
    Invoke-Hook 'after'
    Start-Fetching
    & docker.exe volume create --label "slipway.machine=$Machine" $Mark | Out-Null
    if ($LASTEXITCODE -ne 0) { throw 'the mark could not be made' }
    Step "$Machine is ready"
} catch {
    Say "FAILED while ${Step}: $_; $Machine is not ready"
    exit 1
}
