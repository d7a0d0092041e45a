package dev.drover.local.simulator.guest;

import dev.drover.local.simulator.http.HttpPort;
import dev.drover.local.simulator.instance.InstanceRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What runs in one instance: a folder of its own, a metadata service, and its user data once. No
 * disk of its AMI is read; its programs are those of this machine.
 */
final class Guest implements AutoCloseable {
  /** cloud-init knows no limit; a machine that others work on needs one. */
  private static final Duration USER_DATA_LIMIT = Duration.ofHours(1);

  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final InstanceRecord instance;
  private final Path folder;
  private final Console console;
  private final MetadataService service;
  private final HttpPort metadata;

  private Guest(
      InstanceRecord instance,
      Path folder,
      Console console,
      MetadataService service,
      HttpPort metadata) {
    this.instance = instance;
    this.folder = folder;
    this.console = console;
    this.service = service;
    this.metadata = metadata;
  }

  static Guest open(InstanceRecord instance, Path folder, Console console, MetadataService service)
      throws IOException {
    return new Guest(instance, folder, console, service, HttpPort.open(0, service));
  }

  /**
   * Runs the user data, part by part; a part that fails holds up no other, as in cloud-init.
   *
   * @param given variables besides the guest's own
   */
  void boot(Map<String, String> given) throws IOException, InterruptedException {
    String userData = instance.userData();
    List<UserData.Part> parts =
        userData == null ? List.of() : UserData.parts(Base64.getMimeDecoder().decode(userData));
    console.say(
        "instance %s is a folder and processes of this machine; its AMI %s is not booted"
            .formatted(instance.id(), instance.imageId()));
    int number = 0;
    for (UserData.Part part : parts) {
      number++;
      switch (part) {
        case UserData.Part.Script script -> run(number, script.text(), given);
        case UserData.Part.Refused refused ->
            console.say("part " + number + ": " + refused.what() + " is not run here");
      }
    }
    console.say(parts.isEmpty() ? "there is no user data" : "the user data is done");
  }

  private void run(int number, String script, Map<String, String> given)
      throws IOException, InterruptedException {
    Path file = folder.resolve("part-" + number);
    Files.writeString(file, script, StandardCharsets.ISO_8859_1);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    try {
      Optional<Integer> code =
          GuestProcess.run(
              List.of(file.toString()),
              folder,
              environment(given),
              USER_DATA_LIMIT,
              console::write);
      console.say(
          code.map(exit -> "part " + number + " ended with code " + exit)
              .orElse(
                  "part " + number + " was ended after " + USER_DATA_LIMIT.toMinutes() + " min"));
    } catch (IOException notStarted) {
      console.say("part " + number + " cannot be run: " + notStarted.getMessage());
    }
  }

  /** The keys of its role. */
  Optional<RoleKeys.Keys> keys() throws IOException {
    return service.keys();
  }

  InstanceRecord instance() {
    return instance;
  }

  Path folder() {
    return folder;
  }

  /** Nothing of the simulator's own, but the mark by which the cloud's end finds its processes. */
  Map<String, String> environment(Map<String, String> given) {
    Map<String, String> environment = new TreeMap<>(given);
    environment.put("PATH", PATH);
    environment.put("HOME", folder.toString());
    environment.put("TMPDIR", folder.toString());
    environment.put("LANG", "C.UTF-8");
    environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.endpoint().toString());
    environment.put(GuestProcess.MARK, folder.toString());
    Optional.ofNullable(System.getenv("DROVER_CLOUD"))
        .ifPresent(cloud -> environment.put("DROVER_CLOUD", cloud));
    return environment;
  }

  @Override
  public void close() {
    GuestProcess.endAll(folder);
    metadata.close();
  }
}
