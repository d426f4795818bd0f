// Run by a controller when it starts: a user with a token, no executors of its own, and the nodes that make it tell labels.
import hudson.model.Node
import hudson.model.User
import hudson.security.FullControlOnceLoggedInAuthorizationStrategy
import hudson.security.HudsonPrivateSecurityRealm
import hudson.security.csrf.DefaultCrumbIssuer
import hudson.slaves.DumbSlave
import hudson.slaves.JNLPLauncher
import jenkins.model.Jenkins
import jenkins.model.JenkinsLocationConfiguration
import jenkins.security.ApiTokenProperty

def jenkins = Jenkins.get()
def realm = new HudsonPrivateSecurityRealm(false, false, null)
realm.createAccount('slipway', UUID.randomUUID().toString())
def strategy = new FullControlOnceLoggedInAuthorizationStrategy()
strategy.allowAnonymousRead = false
jenkins.securityRealm = realm
jenkins.authorizationStrategy = strategy
jenkins.crumbIssuer = new DefaultCrumbIssuer(false)
jenkins.numExecutors = 0
JenkinsLocationConfiguration.get().url = System.getenv('SLIPWAY_TEST_URL')

for (name in ['slipway-labels-1', 'slipway-labels-2']) {
  def node = new DumbSlave(name, '/nowhere', new JNLPLauncher())
  node.labelString = 'linux docker'
  node.mode = Node.Mode.EXCLUSIVE
  jenkins.addNode(node)
}

def token = User.getById('slipway', true).getProperty(ApiTokenProperty).generateNewToken('test')
jenkins.save()
new File(jenkins.rootDir, 'slipway-token').text = token.plainValue
