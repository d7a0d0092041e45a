package dev.drover.local.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.FunctionVersions;
import dev.drover.functions.aws.LambdaFunctionVersions;
import dev.drover.local.launcher.cloud.CloudHome;
import dev.drover.local.launcher.cloud.LocalCloudSettings;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.StackContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sms.model.ReplicationRun;

/**
 * A stack with other functions and another state machine is deployed, by the CDK CLI, while runs
 * upload, wait for segments and complete their snapshots; later the stack before is deployed again
 * while another run uploads. All end with the right image, nothing is sent twice, and each ends on
 * the functions with which it began.
 *
 * <p>On a cloud of its own: a deployment changes the functions of everybody.
 */
class UpgradeIT {
  private static final String DISK = "disk.img";
  private static final int BLOCK = 524_288;
  private static final int EXTENT_BYTES = 64 << 20;
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String NO_FAULTS = "[]";
  private static final String NO_COMPLETION = "[" + refused("CompleteSnapshot") + "]";
  private static final String NO_PUT_EITHER =
      "[" + refused("CompleteSnapshot") + "," + refused("PutSnapshotBlock") + "]";

  /** As the local cloud writes the head of what a function logged. */
  private static final Pattern INVOCATION =
      Pattern.compile("^--- \\S+ \\S+ version (\\d+) ok", Pattern.MULTILINE);

  @Test
  void runsAtWork_whenAnotherStackAndThenTheOldOneIsDeployed_endOnWhatTheyBeganWith(
      @TempDir Path folder, @TempDir Path scratch) {
    Gate gate = new Gate();
    LocalCloudSettings settings =
        LocalCloudSettings.privateCloud(Path.of("target", "cloud-upgrade"))
            .withProgress(System.out::println);
    StackContext context =
        StackContext.LOCAL.withConnectors(Site.Place.declarations(List.of(Site.Place.UPGRADE)));
    try (DeployedStack stack = DeployedStack.start(settings, context);
        StagingProxy proxy = new StagingProxy(stack.cloud().endpointUrl(), gate);
        Site site = new Site(stack, Site.Place.UPGRADE, folder);
        Images images = new Images(stack);
        CloudStorage storage = new CloudStorage(stack)) {
      Path changed = stack.cloud().home().resolve("data").resolve("changed-checkout");
      CompletableFuture<Path> next =
          CompletableFuture.supplyAsync(
              () -> stack.synthesize(ChangedCheckout.of(settings.repository(), changed), context));
      Server completing = new Server(site, "completing", 1);
      Server waiting = new Server(site, "waiting", 2);
      Server uploading = new Server(site, "uploading", 3);
      List<Server> servers = List.of(completing, waiting, uploading);
      site.startConnector(
          site.connectorSettings().withEnvironment(Map.of("AWS_ENDPOINT_URL_S3", proxy.url())));

      faults(stack, NO_COMPLETION);
      completing.createJob();
      completing.awaitItem(
          storage, "DISK#", item -> has(item, "state", state -> state.equals("COMPLETING")));
      faults(stack, NO_PUT_EITHER);
      waiting.createJob();
      waiting.awaitItem(storage, "SEGMENTS", item -> has(item, "taskToken", _ -> true));
      gate.close();
      uploading.createJob();
      gate.awaitHeld();

      stack.update(next.join());
      faults(stack, NO_FAULTS);
      gate.open();
      servers.forEach(server -> server.assertCopied(images, scratch));
      assertSentOnce(proxy, 2 * servers.size());
      assertThat(publishers(stack)).containsExactly("1");

      gate.close();
      uploading.change();
      uploading.startRun();
      gate.awaitHeld();
      stack.update(stack.synthesize(settings.repository(), context));
      gate.open();
      uploading.assertCopied(images, scratch);
      assertThat(publishers(stack)).containsExactly("1", "2");

      waiting.change();
      waiting.startRun();
      waiting.assertCopied(images, scratch);
      assertThat(publishers(stack)).containsExactly("1", "2", "3");
      assertSentOnce(proxy, 2 * servers.size() + 2);
      assertOldVersionsStayUntilTheyAreRemoved(stack);
    }
  }

  /** As the sweep sees them, when no execution can name them any more. */
  private static void assertOldVersionsStayUntilTheyAreRemoved(DeployedStack stack) {
    try (LambdaClient lambda =
        LambdaClient.builder()
            .endpointOverride(URI.create(stack.cloud().endpointUrl()))
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build()) {
      FunctionVersions versions = new LambdaFunctionVersions(lambda, "live");
      assertThat(versions.of("Drover-Prepare"))
          .isEqualTo(new FunctionVersions.Published("3", List.of("1", "2")));
      assertThat(versions.of("Drover-Report"))
          .as("called by the alias only")
          .isEqualTo(new FunctionVersions.Published("3", List.of()));
      versions.remove("Drover-Prepare", "1");
      versions.remove("Drover-Prepare", "1");
      assertThat(versions.of("Drover-Prepare"))
          .isEqualTo(new FunctionVersions.Published("3", List.of("2")));
    }
  }

  private static void assertSentOnce(StagingProxy proxy, int segments) {
    assertThat(proxy.puts()).hasSize(segments);
    assertThat(proxy.puts().values()).containsOnly(1);
  }

  /** The versions of PublishImage that were called so far. */
  private static Set<String> publishers(DeployedStack stack) {
    Path log =
        new CloudHome(stack.cloud().home()).functionLogs().resolve("Drover-PublishImage.log");
    try {
      return INVOCATION
          .matcher(Files.readString(log))
          .results()
          .map(found -> found.group(1))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean has(
      Map<String, AttributeValue> item, String name, Predicate<String> value) {
    AttributeValue found = item.get(name);
    return found != null && value.test(found.s());
  }

  private static String refused(String operation) {
    return ("{\"fault\":\"refuse\",\"operation\":\"%s\",\"when\":{\"everyNth\":1},"
            + "\"refusal\":\"THROTTLE_ACCOUNT\"}")
        .formatted(operation);
  }

  private static void faults(DeployedStack stack, String rules) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(stack.cloud().ebsUrl()).resolve("/_drover/faults"))
            .POST(HttpRequest.BodyPublishers.ofString(rules))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** A server with one disk of two extents, and its job. */
  private static final class Server {
    private final Site site;
    private final String name;
    private final byte[] disk = new byte[EXTENT_BYTES + 3 * BLOCK];
    private String jobId = "";

    Server(Site site, String name, long seed) {
      this.site = site;
      this.name = name;
      byte[] noise = new byte[4 * BLOCK];
      new Random(seed).nextBytes(noise);
      System.arraycopy(noise, 0, disk, EXTENT_BYTES - 2 * BLOCK, noise.length);
      site.disk(name, DISK, disk);
    }

    void createJob() {
      jobId = site.createJob(site.serverId(name));
    }

    void startRun() {
      site.startRun(jobId);
    }

    /** One block of the second extent. */
    void change() {
      disk[EXTENT_BYTES + BLOCK] ^= 1;
      site.disk(name, DISK, disk);
    }

    void awaitItem(
        CloudStorage storage, String sk, Predicate<Map<String, AttributeValue>> condition) {
      Site.await(
          LIMIT,
          name + " in its middle",
          () ->
              site.runs(jobId).stream()
                  .flatMap(run -> storage.items("RUN#" + run.replicationRunId()).stream())
                  .filter(item -> has(item, "sk", text -> text.startsWith(sk)))
                  .filter(condition)
                  .findFirst());
    }

    void assertCopied(Images images, Path scratch) {
      ReplicationRun run = site.awaitCompleted(jobId);
      images.assertIdentical(
          images.snapshotOf(run.amiId(), Site.diskId(name, DISK)), disk, scratch);
    }
  }

  /** Holds the puts of segments while it is closed. */
  private static final class Gate implements StagingProxy.Meddler {
    private CountDownLatch held = new CountDownLatch(1);
    private CountDownLatch opened = new CountDownLatch(0);

    synchronized void close() {
      held = new CountDownLatch(1);
      opened = new CountDownLatch(1);
    }

    void open() {
      opened().countDown();
    }

    void awaitHeld() {
      await(held(), "no segment came");
    }

    @Override
    public Optional<byte[]> before(String key, byte[] segment) {
      held().countDown();
      await(opened(), "the gate was not opened");
      return Optional.empty();
    }

    @Override
    public void after(String key) {}

    private synchronized CountDownLatch held() {
      return held;
    }

    private synchronized CountDownLatch opened() {
      return opened;
    }

    private static void await(CountDownLatch latch, String otherwise) {
      try {
        assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).as(otherwise).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }
}
