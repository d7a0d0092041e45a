package dev.drover.local.simulator.ebs;

import dev.drover.local.simulator.ec2.Ec2QueryApi;
import dev.drover.local.simulator.ec2.Forwarder;
import dev.drover.local.simulator.fault.CallCounts;
import dev.drover.local.simulator.fault.CallGate;
import dev.drover.local.simulator.fault.FaultRule;
import dev.drover.local.simulator.fault.Faults;
import dev.drover.local.simulator.http.HttpPort;
import dev.drover.local.simulator.http.Request;
import dev.drover.local.simulator.http.Response;
import dev.drover.local.simulator.image.ImageStore;
import dev.drover.local.simulator.snapshot.Account;
import dev.drover.local.simulator.snapshot.EncryptionByDefault;
import dev.drover.local.simulator.snapshot.RawImage;
import dev.drover.local.simulator.snapshot.Snapshot;
import dev.drover.local.simulator.snapshot.SnapshotStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The EBS direct APIs, and EC2's for images and snapshots, on one loopback port. It is as strict as
 * AWS is documented to be; where AWS's documents are silent, a comment at the place says what was
 * chosen.
 */
public final class EbsSimulator implements AutoCloseable {
  private final SnapshotStore snapshots;
  private final ImageStore images;
  private final EncryptionByDefault encryptionByDefault;
  private final Faults faults;
  private final CallCounts counts = new CallCounts();
  private final @Nullable Forwarder forwarder;
  private final EbsDirectApi ebs;
  private final Ec2QueryApi ec2;
  private final AdminApi admin;
  private final HttpPort port;

  private EbsSimulator(EbsSimulatorSettings settings, InstantSource clock) throws IOException {
    Path data = Files.createDirectories(settings.dataDirectory());
    Account account = settings.account();
    URI forwardUrl = settings.forwardUrl();
    snapshots = SnapshotStore.open(data.resolve("snapshots"), clock, settings.seed());
    images = ImageStore.open(data.resolve("images"));
    encryptionByDefault = EncryptionByDefault.open(data.resolve("encryption-by-default.json"));
    faults = new Faults(settings.seed());
    forwarder = forwardUrl == null ? null : new Forwarder(forwardUrl);
    CallGate gate = new CallGate(faults, counts);
    EbsJson json = new EbsJson();
    ebs =
        new EbsDirectApi(
            json,
            gate,
            new StartSnapshot(json, snapshots, encryptionByDefault, account),
            new WriteApi(json, snapshots, faults, settings.completionDelay()),
            new ReadApi(json, snapshots, new Tokens(settings.seed(), clock)));
    ec2 =
        new Ec2QueryApi(
            account,
            snapshots,
            images,
            encryptionByDefault,
            clock,
            settings.completionDelay(),
            gate,
            forwarder);
    admin = new AdminApi(this);
    port = HttpPort.open(settings.port(), this::route);
  }

  /**
   * Starts a simulator with what an earlier one left in the data folder.
   *
   * @throws IOException when the port is taken or the folder cannot be used
   */
  public static EbsSimulator start(EbsSimulatorSettings settings) throws IOException {
    return start(settings, InstantSource.system());
  }

  /** As {@link #start(EbsSimulatorSettings)}, with a clock that decides on delays and timeouts. */
  public static EbsSimulator start(EbsSimulatorSettings settings, InstantSource clock)
      throws IOException {
    return new EbsSimulator(settings, clock);
  }

  /** What AWS_ENDPOINT_URL_EBS and AWS_ENDPOINT_URL_EC2 are to be set to. */
  public URI endpoint() {
    return port.endpoint();
  }

  /**
   * Writes the disk that a volume made from the snapshot would be, zeros as holes.
   *
   * @throws IllegalArgumentException when there is no such snapshot
   */
  public void export(String snapshotId, Path file) throws IOException {
    Snapshot snapshot = require(snapshotId);
    new RawImage(snapshot, RawImage.sizeBytes(snapshot)).writeTo(file);
  }

  /**
   * Writes the first bytes of that disk: the disk that was copied ends before the volume does.
   *
   * @throws IllegalArgumentException when there is no such snapshot, or it is smaller
   */
  public void export(String snapshotId, Path file, long lengthBytes) throws IOException {
    new RawImage(require(snapshotId), lengthBytes).writeTo(file);
  }

  /** The fault rules in force. */
  public List<FaultRule> faults() {
    return faults.rules();
  }

  /** Puts these fault rules in force instead of any others; an empty list ends all faults. */
  public void replaceFaults(List<FaultRule> rules) {
    faults.replace(rules);
  }

  /** The calls since the start or the last reset, by operation. */
  public Map<String, CallCounts.CallCount> calls() {
    return counts.snapshot();
  }

  /** Forgets snapshots, images, settings, faults and counts. */
  public void reset() throws IOException {
    synchronized (snapshots) {
      snapshots.reset();
      images.reset();
      encryptionByDefault.set(false);
      faults.replace(List.of());
      counts.reset();
    }
  }

  @Override
  public void close() throws IOException {
    port.close();
    if (forwarder != null) {
      forwarder.close();
    }
    snapshots.close();
  }

  List<Snapshot> snapshots() {
    return snapshots.list();
  }

  Optional<Snapshot> find(String snapshotId) {
    return snapshots.find(snapshotId);
  }

  private Snapshot require(String snapshotId) {
    return find(snapshotId)
        .orElseThrow(() -> new IllegalArgumentException("there is no snapshot " + snapshotId));
  }

  private Response route(Request request) throws IOException {
    if (request.path().startsWith(AdminApi.ROOT)) {
      return admin.answer(request);
    }
    return request.path().startsWith("/snapshots") ? ebs.answer(request) : ec2.answer(request);
  }
}
