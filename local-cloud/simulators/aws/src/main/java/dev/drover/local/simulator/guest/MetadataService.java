package dev.drover.local.simulator.guest;

import dev.drover.local.simulator.http.Request;
import dev.drover.local.simulator.http.Response;
import dev.drover.local.simulator.http.Service;
import dev.drover.local.simulator.instance.InstanceRecord;
import dev.drover.local.simulator.snapshot.Account;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The instance metadata service of one instance, IMDSv2.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html">
 *     Instance metadata categories</a>
 */
final class MetadataService implements Service {
  private static final String TOKEN = "/latest/api/token";
  private static final String TTL = "X-aws-ec2-metadata-token-ttl-seconds";
  private static final String ROLE = "/latest/meta-data/iam/security-credentials/";
  private static final int MAX_TTL_SECONDS = 21_600;
  private static final int TOKEN_BYTES = 40;

  /** Keys are renewed so long before they end. */
  private static final Duration RENEWAL = Duration.ofMinutes(5);

  private final InstanceRecord instance;
  private final Account account;
  private final RoleKeys roles;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Instant> tokens = new ConcurrentHashMap<>();
  private RoleKeys.@Nullable Keys keys;

  MetadataService(InstanceRecord instance, Account account, RoleKeys roles, InstantSource clock) {
    this.instance = instance;
    this.account = account;
    this.roles = roles;
    this.clock = clock;
  }

  @Override
  public Response answer(Request request) throws IOException {
    if (request.path().equals(TOKEN)) {
      return request.method().equals("PUT") ? token(request) : text(405, "");
    }
    if (!request.method().equals("GET")) {
      return text(405, "");
    }
    if (!mayRead(request)) {
      return text(401, "");
    }
    if (request.path().startsWith(ROLE)) {
      return role(request.path().substring(ROLE.length()));
    }
    return value(request.path()).map(value -> text(200, value)).orElseGet(() -> text(404, ""));
  }

  /** A request that came over a proxy is refused, as IMDSv2 does. */
  private Response token(Request request) {
    if (request.header("X-Forwarded-For").isPresent()) {
      return text(403, "");
    }
    int seconds;
    try {
      seconds = Integer.parseInt(request.header(TTL).orElse(""));
    } catch (NumberFormatException malformed) {
      return text(400, "");
    }
    if (seconds < 1 || seconds > MAX_TTL_SECONDS) {
      return text(400, "");
    }
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    tokens.values().removeIf(end -> end.isBefore(clock.instant()));
    tokens.put(token, clock.instant().plusSeconds(seconds));
    return text(200, token).with(TTL, Integer.toString(seconds));
  }

  private boolean mayRead(Request request) {
    Optional<String> token = request.header("X-aws-ec2-metadata-token");
    return token
        .map(given -> clock.instant().isBefore(tokens.getOrDefault(given, Instant.MIN)))
        .orElseGet(() -> instance.httpTokens().equals("optional"));
  }

  private Response role(String name) throws IOException {
    Optional<RoleKeys.Keys> current = keys();
    if (current.isEmpty()) {
      return text(404, "");
    }
    RoleKeys.Keys known = current.get();
    if (name.isEmpty()) {
      return text(200, known.role());
    }
    return name.equals(known.role())
        ? text(
            200,
            """
            {
              "Code" : "Success",
              "LastUpdated" : "%s",
              "Type" : "AWS-HMAC",
              "AccessKeyId" : "%s",
              "SecretAccessKey" : "%s",
              "Token" : "%s",
              "Expiration" : "%s"
            }"""
                .formatted(
                    clock.instant().truncatedTo(ChronoUnit.SECONDS),
                    known.accessKeyId(),
                    known.secretAccessKey(),
                    known.token(),
                    known.expiration()))
        : text(404, "");
  }

  /** The keys of the instance's role, while they hold. */
  synchronized Optional<RoleKeys.Keys> keys() throws IOException {
    String profile = instance.instanceProfile();
    if (profile != null
        && (keys == null || clock.instant().plus(RENEWAL).isAfter(keys.expiration()))) {
      keys = roles.of(profile, instance.id()).orElse(null);
    }
    return Optional.ofNullable(keys);
  }

  private Optional<String> value(String path) {
    String value =
        switch (path) {
          case "/latest/meta-data/instance-id" -> instance.id();
          case "/latest/meta-data/ami-id" -> instance.imageId();
          case "/latest/meta-data/instance-type" -> instance.instanceType();
          case "/latest/meta-data/local-ipv4" -> instance.privateIp();
          case "/latest/meta-data/public-ipv4" -> instance.publicIp();
          case "/latest/meta-data/placement/availability-zone" -> instance.availabilityZone();
          case "/latest/meta-data/placement/region" -> account.region();
          case "/latest/meta-data/services/domain" -> "amazonaws.com";
          case "/latest/meta-data/services/partition" -> "aws";
          case "/latest/dynamic/instance-identity/document" -> identity();
          case "/latest/user-data" -> userData();
          default -> null;
        };
    return Optional.ofNullable(value);
  }

  private @Nullable String userData() {
    String encoded = instance.userData();
    return encoded == null
        ? null
        : new String(Base64.getMimeDecoder().decode(encoded), StandardCharsets.ISO_8859_1);
  }

  private String identity() {
    return """
        {
          "accountId" : "%s",
          "architecture" : "%s",
          "availabilityZone" : "%s",
          "imageId" : "%s",
          "instanceId" : "%s",
          "instanceType" : "%s",
          "pendingTime" : "%s",
          "privateIp" : "%s",
          "region" : "%s",
          "version" : "2017-09-30"
        }"""
        .formatted(
            account.id(),
            instance.architecture(),
            instance.availabilityZone(),
            instance.imageId(),
            instance.id(),
            instance.instanceType(),
            Instant.ofEpochMilli(instance.launchedAtMillis()).truncatedTo(ChronoUnit.SECONDS),
            instance.privateIp(),
            account.region());
  }

  private static Response text(int status, String text) {
    return Response.of(status, "text/plain", text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
