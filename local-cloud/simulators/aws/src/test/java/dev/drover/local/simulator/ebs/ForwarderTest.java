package dev.drover.local.simulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls that the simulator does not own, in front of a neighbour that repeats what it hears. */
final class ForwarderTest {
  private static final String ANSWER =
      "<DescribeVpcsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
          + "<requestId>r</requestId><vpcSet/></DescribeVpcsResponse>";

  @TempDir Path directory;
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private HttpServer neighbour;
  private Cloud cloud;

  @BeforeEach
  void start() throws IOException {
    neighbour = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    neighbour.createContext(
        "/",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] answer = ANSWER.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("X-Neighbour", "yes");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    neighbour.start();
    URI url = URI.create("http://127.0.0.1:" + neighbour.getAddress().getPort());
    cloud = Cloud.start(directory.resolve("data"), settings -> settings.withForwardUrl(url));
  }

  @AfterEach
  void stop() throws IOException {
    cloud.close();
    neighbour.stop(0);
  }

  @Test
  void otherAction_isPassedOnByteForByte() throws IOException, InterruptedException {
    String body = "Version=2016-11-15&Action=DescribeVpcs&Filter.1.Name=a%2Bb&x=+y";
    try (Wire wire = new Wire(cloud.simulator.endpoint())) {
      var answer = wire.post("/", body);

      assertThat(bodies).containsExactly(body);
      assertThat(Wire.text(answer)).isEqualTo(ANSWER);
      assertThat(answer.headers().firstValue("X-Neighbour")).contains("yes");
    }
  }

  @Test
  void otherAction_keepsTheCallersSignature() {
    assertThat(cloud.ec2.describeVpcs(r -> {}).vpcs()).isEmpty();

    assertThat(authorizations).singleElement().asString().contains("/ec2/aws4_request");
  }

  @Test
  void ownAction_forResourcesOfOthers_isPassedOn() {
    cloud.ec2.describeImages(r -> r.imageIds("ami-0123456789abcdef0"));
    cloud.ec2.describeImages(r -> r.owners("amazon"));
    cloud.ec2.createTags(r -> r.resources("i-01").tags(Ec2Values.tag("k", "v")));
    cloud.ec2.describeTags(r -> r.filters(Ec2Values.filter("resource-type", "vpc")));

    assertThat(bodies).hasSize(4);
  }

  @Test
  void ownAction_staysHere() {
    String snapshot = cloud.completed(r -> {}, new TreeMap<>());
    String image = cloud.register("mine", snapshot, r -> {});
    cloud.ec2.describeImages(r -> r.imageIds(image));
    cloud.ec2.createTags(r -> r.resources(image).tags(Ec2Values.tag("k", "v")));
    cloud.ec2.describeTags(r -> r.filters(Ec2Values.filter("resource-type", "image")));
    cloud.ec2.deregisterImage(r -> r.imageId(image));
    CloudTest.assertEc2Error(
        "InvalidAMIID.Unavailable", () -> cloud.ec2.deregisterImage(r -> r.imageId(image)));

    assertThat(bodies).isEmpty();
  }
}
