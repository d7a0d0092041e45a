package dev.drover.local.simulator.ebs;

import dev.drover.local.simulator.ec2.Ec2QueryApi;
import dev.drover.local.simulator.ec2.Forwarder;
import dev.drover.local.simulator.ec2.InstanceRoles;
import dev.drover.local.simulator.fault.CallCounts;
import dev.drover.local.simulator.fault.CallGate;
import dev.drover.local.simulator.fault.FaultRule;
import dev.drover.local.simulator.http.HttpPort;
import dev.drover.local.simulator.http.Request;
import dev.drover.local.simulator.http.Response;
import dev.drover.local.simulator.http.Service;
import dev.drover.local.simulator.snapshot.Account;
import dev.drover.local.simulator.snapshot.RawImage;
import dev.drover.local.simulator.snapshot.Snapshot;
import dev.drover.local.simulator.ssm.SsmApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The EBS direct APIs, EC2's for images, snapshots and instances, and Run Command of Systems
 * Manager, on one loopback port. It is as strict as AWS is documented to be; where AWS's documents
 * are silent, a comment at the place says what was chosen.
 */
public final class EbsSimulator implements AutoCloseable {
  private final Path dataDirectory;
  private final SimulatorState state;
  private final EbsJson json = new EbsJson();
  private final @Nullable Forwarder forwarder;
  private final EbsDirectApi ebs;
  private final Ec2QueryApi ec2;
  private final SsmApi ssm;
  private final AdminApi admin;
  private final HttpPort port;

  private EbsSimulator(EbsSimulatorSettings settings, InstantSource clock) throws IOException {
    Account account = settings.account();
    URI forwardUrl = settings.forwardUrl();
    dataDirectory = settings.dataDirectory();
    forwarder = forwardUrl == null ? null : new Forwarder(forwardUrl);
    state = SimulatorState.open(settings, new InstanceRoles(account, forwarder), forwarder, clock);
    CallGate gate = new CallGate(state.faults(), state.counts());
    ebs =
        new EbsDirectApi(
            json,
            gate,
            new StartSnapshot(
                json, state.snapshots(), state.encryptionByDefault(), account, state.faults()),
            new WriteApi(json, state.snapshots(), state.faults(), settings.completionDelay()),
            new ReadApi(json, state.snapshots(), new Tokens(settings.seed(), clock)));
    ec2 =
        new Ec2QueryApi(
            account,
            state.snapshots(),
            state.images(),
            state.instances(),
            state.imports(),
            state.guests(),
            state.encryptionByDefault(),
            state.faults(),
            clock,
            settings.completionDelay(),
            gate,
            forwarder);
    ssm = new SsmApi(state.commands(), state.instances(), gate, forwarder);
    admin = new AdminApi(state);
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

  /** What AWS_ENDPOINT_URL_EBS, AWS_ENDPOINT_URL_EC2 and AWS_ENDPOINT_URL_SSM are to be set to. */
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
    return state.faults().rules();
  }

  /** Puts these fault rules in force instead of any others; an empty list ends all faults. */
  public void replaceFaults(List<FaultRule> rules) {
    state.faults().replace(rules);
  }

  /**
   * Lets instances run their user data from now on, on this machine, with these variables.
   *
   * @throws IllegalArgumentException when one is not {@code AWS_ENDPOINT_URL} or begins so
   */
  public void allowGuests(Map<String, String> variables) throws IOException {
    state.guests().allow(variables);
  }

  /** The calls since the start or the last reset, by operation. */
  public Map<String, CallCounts.CallCount> calls() {
    return state.counts().snapshot();
  }

  /**
   * Cancels a pending snapshot, as EBS does with one into which nothing was written for its
   * timeout.
   *
   * @return whether it was pending
   * @throws IllegalArgumentException when there is no such snapshot
   */
  public boolean cancel(String snapshotId) throws IOException {
    return require(snapshotId).cancel();
  }

  /** Forgets snapshots, images, instances, settings, faults and counts. */
  public void reset() throws IOException {
    state.reset();
  }

  @Override
  public void close() throws IOException {
    port.close();
    state.close();
    if (forwarder != null) {
      forwarder.close();
    }
  }

  private Snapshot require(String snapshotId) {
    return state
        .snapshots()
        .find(snapshotId)
        .orElseThrow(() -> new IllegalArgumentException("there is no snapshot " + snapshotId));
  }

  private Response route(Request request) throws IOException {
    try {
      return service(request).answer(request);
    } catch (IOException | UncheckedIOException e) {
      String sentence = FullDisk.sentence(dataDirectory, e).orElse(null);
      if (sentence == null) {
        throw e;
      }
      return isOfEbs(request)
          ? json.response(EbsRefusal.internal(sentence))
          : Ec2QueryApi.failed(sentence);
    }
  }

  private Service service(Request request) {
    if (request.path().startsWith(AdminApi.ROOT)) {
      return admin;
    }
    if (request.header("X-Amz-Target").filter(it -> it.startsWith(SsmApi.TARGET)).isPresent()) {
      return ssm;
    }
    return isOfEbs(request) ? ebs : ec2;
  }

  private static boolean isOfEbs(Request request) {
    return request.path().startsWith("/snapshots");
  }
}
