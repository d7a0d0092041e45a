package dev.drover.functions.launch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.functions.state.ValidationConfiguration.ServerScript;
import dev.drover.functions.state.ValidationConfiguration.Validation;
import dev.drover.functions.state.ValidationId;
import dev.drover.protocol.ServerId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * The generated script, run by shells of this machine, beside a server that is the metadata
 * service, S3 and the API. It holds each signature against the SDK's own signer.
 */
final class ValidationScriptTest {
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final String SESSION = "IQoJb3JpZ2luX2VjE/+==";
  private static final String SCRIPT = "/sms-app-scripts/a%20b/%C3%A9%2B.sh";
  private static final DateTimeFormatter AMZ_DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

  @TempDir Path folder;
  private HttpServer server;
  private final List<JsonNode> told = new ArrayList<>();
  private final List<String> forged = new ArrayList<>();
  private final Map<String, byte[]> objects = new HashMap<>();
  private int refusals;
  private int cuts;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getRawPath();
    byte[] answer =
        switch (path) {
          case "/latest/api/token" -> text("the-token");
          case "/latest/meta-data/placement/region" -> text("eu-central-1");
          case "/latest/meta-data/services/domain" -> text("amazonaws.com");
          case "/latest/meta-data/iam/security-credentials/" -> text("sms-app-web");
          case "/latest/meta-data/iam/security-credentials/sms-app-web" ->
              text(
                  "{\n  \"AccessKeyId\" : \"ASIAEXAMPLE\",\n  \"SecretAccessKey\" : \"%s\",\n  \"Token\" : \"%s\"\n}"
                      .formatted(SECRET, SESSION));
          case "/prod/" -> {
            check(exchange, body, "execute-api");
            yield refusals-- > 0 ? null : heard(exchange, body);
          }
          default -> {
            check(exchange, body, "s3");
            yield objects.get(path);
          }
        };
    if (path.startsWith("/latest/meta-data/")) {
      assertThat(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"))
          .isEqualTo("the-token");
    }
    byte[] sent = answer == null ? text("no") : answer;
    boolean isCut = path.equals(SCRIPT) && cuts-- > 0;
    exchange.sendResponseHeaders(
        answer == null ? 403 : 200, isCut ? sent.length + 1 : sent.length == 0 ? -1 : sent.length);
    exchange.getResponseBody().write(sent);
    exchange.getResponseBody().flush();
    exchange.close();
  }

  private byte[] heard(HttpExchange exchange, byte[] body) throws IOException {
    assertThat(exchange.getRequestHeaders().getFirst("X-Amz-Target"))
        .isEqualTo("AWSServerMigrationService_V2016_10_24.NotifyAppValidationOutput");
    told.add(new JsonMapper().readTree(body));
    return text("{}");
  }

  /** The SDK signs the same request at the same time, with the same headers. */
  private void check(HttpExchange exchange, byte[] body, String service) {
    Headers sent = exchange.getRequestHeaders();
    String authorization = String.valueOf(sent.getFirst("Authorization"));
    SdkHttpRequest.Builder request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.fromValue(exchange.getRequestMethod()))
            .uri(URI.create(url() + exchange.getRequestURI().getRawPath()));
    for (String name :
        authorization.replaceFirst(".*SignedHeaders=([^,]*),.*", "$1").split(";", -1)) {
      if (!name.equals("host") && !name.equals("x-amz-date") && !name.endsWith("token")) {
        request.putHeader(name, String.valueOf(sent.getFirst(name)));
      }
    }
    Clock then =
        Clock.fixed(
            LocalDateTime.parse(String.valueOf(sent.getFirst("X-Amz-Date")), AMZ_DATE)
                .toInstant(ZoneOffset.UTC),
            ZoneOffset.UTC);
    String expected =
        AwsV4HttpSigner.create()
            .sign(
                sign ->
                    sign.identity(
                            AwsSessionCredentialsIdentity.create("ASIAEXAMPLE", SECRET, SESSION))
                        .request(request.build())
                        .payload(() -> new ByteArrayInputStream(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-central-1")
                        .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, !service.equals("s3"))
                        .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                        .putProperty(HttpSigner.SIGNING_CLOCK, then))
            .request()
            .firstMatchingHeader("Authorization")
            .orElseThrow();
    if (!authorization.equals(expected)) {
      forged.add(authorization + " is not " + expected);
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String run(String shell) throws IOException, InterruptedException {
    byte[] script =
        ValidationScript.of(
            new AppId("app-0123456789abcdef0"),
            new Validation<>(
                new ValidationId("val-0123456789abcdef0"),
                new ServerScript(
                    new ServerId("s-00000001"),
                    null,
                    new S3Object("sms-app-scripts", "a b/é+.sh"),
                    "SHELL_SCRIPT")),
            url() + "/prod/");
    Path file = Files.write(folder.resolve("script"), script);
    Path said = folder.resolve("said");
    ProcessBuilder builder = new ProcessBuilder(shell, file.toString());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("TMPDIR", folder.toString());
    builder.environment().put("AWS_EC2_METADATA_SERVICE_ENDPOINT", url());
    builder.environment().put("AWS_ENDPOINT_URL_S3", url());
    builder.redirectErrorStream(true).redirectOutput(said.toFile());
    Process process = builder.start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(forged).isEmpty();
    try (var left = Files.list(folder)) {
      assertThat(left).as("it takes its files away").containsExactlyInAnyOrder(file, said);
    }
    return Files.readString(said);
  }

  private List<String> statuses() {
    return told.stream().map(it -> it.at("/notificationContext/status").asText()).toList();
  }

  private String message() {
    return told.getLast().at("/notificationContext/statusMessage").asText();
  }

  /** Dash is the strictest of those that Linux guests have as sh; bash is the other. */
  @ParameterizedTest
  @ValueSource(strings = {"dash", "bash"})
  void script_thatSucceeds_isTold(String shell) throws IOException, InterruptedException {
    objects.put(
        SCRIPT, text("#!/bin/sh\nprintf 'answers \"%s\" \\\\o/ é\\n' \"$(basename $0)\"\n"));

    assertThat(run(shell)).contains("answers \"script\" \\o/", "SUCCEEDED is told");
    assertThat(statuses()).containsExactly("IN_PROGRESS", "SUCCEEDED");
    assertThat(message()).isEqualTo("exit code 0: answers \"script\" \\o/ ");
    assertThat(told.getLast().get("appId").asText()).isEqualTo("app-0123456789abcdef0");
    assertThat(told.getLast().at("/notificationContext/validationId").asText())
        .isEqualTo("val-0123456789abcdef0");
  }

  @Test
  void script_thatFails_isToldWithItsCodeAndItsLastWords()
      throws IOException, InterruptedException {
    objects.put(SCRIPT, text("#!/bin/sh\nseq 1 2000\necho no listener >&2\nexit 7\n"));

    run("sh");
    assertThat(statuses()).containsExactly("IN_PROGRESS", "FAILED");
    assertThat(message()).startsWith("exit code 7: ").endsWith("1999 2000 no listener");
    assertThat(message().length()).isLessThan(1_000);
  }

  @Test
  void script_thatCannotBeFetched_hasFailed() throws IOException, InterruptedException {
    run("sh");
    assertThat(statuses()).containsExactly("IN_PROGRESS", "FAILED");
    assertThat(message()).contains("sms-app-scripts/a%20b/", "cannot be fetched", "403");
  }

  @Test
  void script_thatIsCutOnce_isFetchedAgain() throws IOException, InterruptedException {
    objects.put(SCRIPT, text("#!/bin/sh\necho all answer\n"));
    cuts = 1;

    run("sh");
    assertThat(statuses()).containsExactly("IN_PROGRESS", "SUCCEEDED");
    assertThat(message()).isEqualTo("exit code 0: all answer");
  }

  @Test
  void script_thatIsCutAlways_isNotRun() throws IOException, InterruptedException {
    objects.put(SCRIPT, text("#!/bin/sh\necho all answer\n"));
    cuts = 3;

    assertThat(run("sh")).doesNotContain("all answer");
    assertThat(statuses()).containsExactly("IN_PROGRESS", "FAILED");
    assertThat(message()).contains("cannot be fetched", "200 and no whole answer (curl: 18)");
  }

  @Test
  void script_thatIsEmpty_hasFailed() throws IOException, InterruptedException {
    objects.put(SCRIPT, text(""));

    run("sh");
    assertThat(statuses()).containsExactly("IN_PROGRESS", "FAILED");
    assertThat(message()).endsWith("is empty");
  }

  @Test
  void api_thatDoesNotListenYet_isToldAgain() throws IOException, InterruptedException {
    objects.put(SCRIPT, text("#!/bin/sh\n"));
    refusals = 2;

    assertThat(run("sh")).contains("IN_PROGRESS is not told: 403 no");
    assertThat(statuses()).containsExactly("IN_PROGRESS", "SUCCEEDED");
  }
}
