package dev.drover.connector.vsphere;

import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.contract.SourceFixture;
import dev.drover.connector.vsphere.soap.ServerTrust;
import dev.drover.connector.vsphere.soap.VimClient;
import dev.drover.connector.vsphere.vcenter.DoubleVm;
import dev.drover.connector.vsphere.vcenter.VcenterDouble;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** A vCenter for the contracts, and for what is vSphere's own. */
final class VsphereFixture implements SourceFixture, AutoCloseable {
  private static final String CONNECTOR = "c-0123456789abcdef0";
  private static final String BUCKET = "drover-data";
  static final String OTHER_CONNECTOR = "c-0123456789abcdef1";

  /** How the descriptions of its snapshots ended when they named no installation. */
  static final String OWN = " connector=" + CONNECTOR + " consistency=CRASH";

  final VcenterDouble vcenter = new VcenterDouble();
  final VsphereSource source = source(Quiescing.REQUIRED);

  VsphereSource source(Quiescing quiescing) {
    return source(CONNECTOR, quiescing);
  }

  VsphereSource source(String connector, Quiescing quiescing) {
    return source(client(), connector, BUCKET, quiescing);
  }

  /** Of an account whose environment and connector are called the same. */
  VsphereSource ofAnotherInstallation() {
    return source(client(), CONNECTOR, "another-bucket", Quiescing.REQUIRED);
  }

  private static VsphereSource source(
      VimClient client, String connector, String bucket, Quiescing quiescing) {
    return new VsphereSource(
        client,
        SnapshotOwner.of(new EnvironmentName("site"), new ConnectorId(connector), bucket),
        quiescing,
        new VsphereLimits(10, 3, 3));
  }

  /** One that waits for nothing else that is done with a VM. */
  VsphereSource impatient() {
    VimClient.TimeLimits usual = VimClient.TimeLimits.USUAL;
    return source(
        client(new VimClient.TimeLimits(usual.answer(), usual.silence(), Duration.ZERO)),
        CONNECTOR,
        BUCKET,
        Quiescing.REQUIRED);
  }

  VimClient client() {
    return client(VimClient.TimeLimits.USUAL);
  }

  private VimClient client(VimClient.TimeLimits limits) {
    return new VimClient(
        vcenter.uri(),
        new VimClient.Credentials("drover@vsphere.local", () -> "secret"),
        ServerTrust.of(null, List.of(VcenterDouble.certificate().fingerprint())),
        limits,
        InstantSource.system());
  }

  @Override
  public ServerSource source() {
    return source;
  }

  @Override
  public ServerSource restarted() {
    return source(Quiescing.REQUIRED);
  }

  @Override
  public List<String> holdings() {
    return vcenter.vms.stream().flatMap(vm -> vm.snapshotNames().stream()).toList();
  }

  @Override
  public String vmId(String name) {
    DoubleVm vm = vm(name);
    return vm.moref + "_" + vm.instanceUuid;
  }

  @Override
  public int sectorBytes() {
    return 512;
  }

  @Override
  public void write(String name, List<byte[]> disks) {
    DoubleVm vm =
        vcenter.vms.stream().noneMatch(it -> it.name.equals(name))
            ? vcenter.add(new DoubleVm("vm-" + (vcenter.vms.size() + 10), name))
            : vm(name);
    vm.disks.clear();
    for (int i = 0; i < disks.size(); i++) {
      vm.disk(i, disks.get(i));
    }
  }

  @Override
  public void writeUnreadable(String name) {
    vcenter.add(new DoubleVm("vm-" + (vcenter.vms.size() + 10), name)).connectionState =
        "inaccessible";
  }

  DoubleVm vm(String name) {
    return vcenter.vms.stream().filter(it -> it.name.equals(name)).findFirst().orElseThrow();
  }

  @Override
  public void close() {
    source.close();
    vcenter.close();
  }
}
