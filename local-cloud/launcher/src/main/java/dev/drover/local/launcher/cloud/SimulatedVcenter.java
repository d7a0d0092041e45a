package dev.drover.local.launcher.cloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A simulated vCenter beside a cloud's servers: {@code local-cloud/simulators/vcenter}, as the line
 * says that it prints when it is ready. No service of AWS, and not every cloud has one. Its VMs are
 * gone when its process is.
 *
 * @param url of the vSphere API
 * @param user who may everything
 * @param roleUser who may what a connector needs
 * @param caFile the CA of its certificate, PEM
 * @param control of the endpoint for tests, plain HTTP
 * @param vms how many it began with
 */
public record SimulatedVcenter(
    URI url,
    String user,
    String password,
    String roleUser,
    String rolePassword,
    Path caFile,
    URI control,
    int vms) {

  /** Of its component and its log. */
  public static final String NAME = "vcenter";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** 5,000 VMs take 20 s. */
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  /** A writer's pace, and the most of all writers: 2,000 writes of 4 KiB take a tenth of a core. */
  private static final double WRITES_PER_SECOND = 20;

  private static final double MAX_WRITES_PER_SECOND = 2_000;

  /** Digests of large disks are made when they are asked for. */
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);

  /**
   * What a snapshot of a VM held.
   *
   * @param name as its maker named it
   */
  public record Frozen(String vm, String snapshot, String name, List<FrozenDisk> disks) {
    public Frozen {
      disks = List.copyOf(disks);
    }
  }

  /**
   * A disk of it.
   *
   * @param key of the device, 2000 for the first
   * @param uuid of its backing
   * @param lastWrite the number of the guest's last write that is in it
   * @param sha256 of the whole disk, in hex
   */
  public record FrozenDisk(int key, String uuid, long bytes, long lastWrite, String sha256) {}

  /** Starts one with running VMs, a writer inside each, and waits until it answers. */
  public static SimulatedVcenter start(LocalCloud cloud, int vms) {
    double pace = Math.min(WRITES_PER_SECOND, MAX_WRITES_PER_SECOND / vms);
    return start(cloud, vms, List.of("-writes-per-second", Double.toString(pace)));
  }

  /** The same with flags of its own; its README has them. */
  public static SimulatedVcenter start(LocalCloud cloud, int vms, List<String> flags) {
    long begin = System.nanoTime();
    Surroundings surroundings = cloud.surroundings();
    Path log = cloud.log(NAME);
    long logBegin = log.toFile().length();
    List<String> command =
        new ArrayList<>(
            List.of(
                surroundings.settings().repository().simulatedVcenter().toString(),
                "-dir",
                surroundings.home().data().resolve(NAME).toString(),
                "-vms",
                Integer.toString(vms),
                "-writers",
                Integer.toString(vms)));
    command.addAll(flags);
    StartedServer running = surroundings.start(NAME, command, surroundings.environment());
    surroundings
        .processes()
        .awaitReady(NAME, running, START_LIMIT, () -> inLog(log, logBegin).isPresent());
    SimulatedVcenter vcenter = inLog(log, logBegin).orElseThrow();
    cloud.add(new CloudState.Component(NAME, running.pid(), vcenter.url.getPort(), ""));
    cloud.tell(vms + (vms == 1 ? " VM runs" : " VMs run") + " in the simulated vCenter", begin);
    return vcenter;
  }

  /**
   * The one that a cloud has.
   *
   * @throws LocalCloudException if it has ended
   */
  public static Optional<SimulatedVcenter> of(CloudState state, CloudHome home) {
    Optional<CloudState.Component> component =
        state.components().stream().filter(one -> one.name().equals(NAME)).findFirst();
    component
        .filter(one -> !new CloudProcesses(state.cloudId()).runs(one.pid()))
        .ifPresent(
            ended -> {
              throw new LocalCloudException(lossOf(ended, home));
            });
    return component.flatMap(_ -> inLog(home.log(NAME), 0));
  }

  /** What it means that it ended, and what is left to do. */
  public static String lossOf(CloudState.Component component, CloudHome home) {
    return ("The simulated vCenter (process %d) has ended, and with it its VMs; its log is %s."
            + " './drover down', then './drover up --simulated-vcenter N', makes new ones.")
        .formatted(component.pid(), home.log(NAME));
  }

  /** As the newest line of a log from a byte on says. */
  static Optional<SimulatedVcenter> inLog(Path log, long begin) {
    try (InputStream bytes = Files.newInputStream(log)) {
      bytes.skipNBytes(begin);
      // A line that is being written has no end yet.
      String text = new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
      return text.substring(0, text.lastIndexOf('\n') + 1)
          .lines()
          .filter(line -> line.startsWith("{\"url\":"))
          .reduce((_, later) -> later)
          .map(SimulatedVcenter::parse);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new LocalCloudException(
          "Cannot read " + log + ", where the simulated vCenter says its address: " + Reason.of(e),
          e);
    }
  }

  private static SimulatedVcenter parse(String line) {
    try {
      return JSON.readValue(line, SimulatedVcenter.class);
    } catch (JsonProcessingException e) {
      throw new LocalCloudException(
          "The simulated vCenter is of another version than this program: run './drover setup'.",
          e);
    }
  }

  /** What govc and its like read; the user is the one who may everything. */
  public Map<String, String> environment() {
    return Map.of(
        "GOVC_URL",
        url.toString(),
        "GOVC_USERNAME",
        user,
        "GOVC_PASSWORD",
        password,
        "GOVC_TLS_CA_CERTS",
        caFile.toString());
  }

  /** What answers with 200 while it works. */
  public URI health() {
    return control.resolve("/ready");
  }

  /** What all snapshots held, the oldest first; needs its flag {@code -keep-digests}. */
  public List<Frozen> frozen() {
    return JSON.convertValue(ask("/frozen"), new TypeReference<>() {});
  }

  /** How many snapshots its VMs have now. */
  public int snapshots() {
    int count = 0;
    for (JsonNode vm : ask("/state").path("vms")) {
      count += vm.path("snapshots").size();
    }
    return count;
  }

  private JsonNode ask(String path) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(control.resolve(path)).timeout(ANSWER_LIMIT).build();
      return JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new LocalCloudException(
          "The simulated vCenter does not answer " + path + ": " + Reason.of(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalCloudException("Interrupted while asking the simulated vCenter.", e);
    }
  }
}
