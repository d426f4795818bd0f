// What a Pipeline's `node` step puts into the queue, without the plug-ins of Pipelines: a task that shows its names and
// the address of its run, and nothing of its label. It runs a command on the node, then writes down where it was.
import hudson.model.Executor
import hudson.model.Label
import hudson.model.Queue
import hudson.model.TaskListener
import hudson.model.queue.AbstractQueueTask
import hudson.security.ACL
import hudson.security.AccessControlled
import jenkins.model.Jenkins
import org.kohsuke.stapler.export.Exported
import org.kohsuke.stapler.export.ExportedBean

@ExportedBean
class Step extends AbstractQueueTask implements AccessControlled {
  @Exported String getUrl() { 'job/app/1/' }
  @Exported String getName() { 'part of app #1' }
  @Exported String getFullDisplayName() { name }
  String getDisplayName() { name }
  Label getAssignedLabel() { Label.parseExpression('docker && linux') }
  ACL getACL() { Jenkins.get().ACL }
  void checkAbortPermission() {}
  boolean hasAbortPermission() { true }
  Queue.Executable createExecutable() { new Turn(this) }
}

@ExportedBean
class Turn implements Queue.Executable {
  final Step parent
  Turn(Step parent) { this.parent = parent }
  @Exported(name = 'url') String getAbsoluteUrl() { Jenkins.get().rootUrl + parent.url }
  @Exported Integer getNumber() { 1 }
  long getEstimatedDuration() { -1 }
  void run() {
    def node = Executor.currentExecutor().owner.node
    def code = node.createLauncher(TaskListener.NULL).launch().cmds('sleep', '3').join()
    new File(Jenkins.get().rootDir, 'slipway-step').text = "${node.nodeName} ${code}"
  }
}

Jenkins.get().queue.schedule2(new Step(), 0)
