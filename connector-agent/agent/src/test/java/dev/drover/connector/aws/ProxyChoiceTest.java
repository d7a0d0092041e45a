package dev.drover.connector.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.site.MemoryStore;
import dev.drover.connector.site.WireCloud;
import dev.drover.connector.store.ObjectContent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.apache.ProxyConfiguration;

/** With the system properties for a proxy, which go before the environment's variables. */
class ProxyChoiceTest {
  private static final String PROXY_HOST = "https.proxyHost";
  private static final String PROXY_PORT = "https.proxyPort";
  private static final Map<String, String> SITE =
      Map.of(
          "https.proxyUser", "drover",
          "https.proxyPassword", "pass",
          "http.nonProxyHosts", "*.site.example.org",
          "aws.accessKeyId", "test",
          "aws.secretAccessKey", "test");

  @BeforeEach
  void setProperties() {
    SITE.forEach(System::setProperty);
  }

  @AfterEach
  void clearProperties() {
    SITE.keySet().forEach(System::clearProperty);
    System.clearProperty(PROXY_HOST);
    System.clearProperty(PROXY_PORT);
    System.clearProperty("http.proxyHost");
    System.clearProperty("aws.endpointUrl");
  }

  @Test
  void outward_proxyForHttps_isSpokenToInPlainText() {
    setProxy("proxy.example.org", 3128);
    ProxyConfiguration proxy = ProxyChoice.outward();
    assertThat(proxy.scheme()).isEqualTo("http");
    assertThat(proxy.host()).isEqualTo("proxy.example.org");
    assertThat(proxy.port()).isEqualTo(3128);
    assertThat(proxy.username()).isEqualTo("drover");
    assertThat(proxy.password()).isEqualTo("pass");
    assertThat(proxy.nonProxyHosts()).singleElement().asString().contains("site.example.org");
  }

  @Test
  void outward_proxyForPlainHttpOnly_isNotTaken() {
    System.setProperty("http.proxyHost", "plain.example.org");
    assertThat(ProxyChoice.outward().host()).isNotEqualTo("plain.example.org");
  }

  @Test
  void none_proxyForHttps_isNotTaken() {
    setProxy("proxy.example.org", 3128);
    assertThat(ProxyChoice.none().host()).isNull();
  }

  @Test
  void clients_endpointOnThisHost_goPastTheProxy() throws IOException {
    MemoryStore store = new MemoryStore();
    try (WireCloud cloud = new WireCloud(store)) {
      // Port 9 discards (RFC 863): nobody listens there, and what went there would not arrive.
      setProxy("127.0.0.1", 9);
      System.setProperty("aws.endpointUrl", cloud.endpoint().toString());
      try (AwsWiring aws = new AwsWiring("us-east-1", WireCloud.BUCKET, cloud.queueUrl(), 1)) {
        aws.store().put("key", ObjectContent.ofJson("{}".getBytes(StandardCharsets.UTF_8)));
        aws.queue().receive(Duration.ZERO);
        aws.callback().heartbeat("token");
      }
      assertThat(store.has("key")).isTrue();
      assertThat(cloud.heartbeats()).containsExactly("token");
    }
  }

  @Test
  void clients_endpointElsewhere_goThroughTheProxy() throws IOException {
    try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      setProxy("127.0.0.1", proxy.getLocalPort());
      System.setProperty("aws.endpointUrl", "https://aws.example.org");
      URI queueUrl = URI.create("https://aws.example.org/1/tasks");
      try (AwsWiring aws = new AwsWiring("us-east-1", WireCloud.BUCKET, queueUrl, 1)) {
        Thread.ofVirtual().start(() -> probeInVain(aws));
        try (Socket asked = proxy.accept();
            BufferedReader lines =
                new BufferedReader(
                    new InputStreamReader(asked.getInputStream(), StandardCharsets.US_ASCII))) {
          assertThat(lines.readLine()).startsWith("CONNECT aws.example.org:443 ");
        }
      }
    }
  }

  private static void probeInVain(AwsWiring aws) {
    try {
      aws.queue().receive(Duration.ZERO);
    } catch (RuntimeException e) {
      // The proxy, which answers nothing, is gone, and so are the clients.
      return;
    }
  }

  private static void setProxy(String host, int port) {
    System.setProperty(PROXY_HOST, host);
    System.setProperty(PROXY_PORT, Integer.toString(port));
  }
}
