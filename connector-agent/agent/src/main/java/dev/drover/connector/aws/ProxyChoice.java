package dev.drover.connector.aws;

import java.net.URI;
import software.amazon.awssdk.http.apache.ProxyConfiguration;

/** Which proxy a connection takes. Nothing is left to the SDK's own look at the surroundings. */
final class ProxyChoice {
  private ProxyChoice() {}

  /** What goes to this host in plain text must not be shown to any proxy. */
  static ProxyConfiguration none() {
    return ProxyConfiguration.builder()
        .useSystemPropertyValues(false)
        .useEnvironmentVariableValues(false)
        .build();
  }

  /**
   * HTTPS_PROXY. The scheme chooses the variable, but the SDK would also speak TLS to the proxy
   * itself; proxies are spoken to in plain text (CONNECT), so the address is taken over alone.
   */
  static ProxyConfiguration outward() {
    ProxyConfiguration found = ProxyConfiguration.builder().scheme("https").build();
    if (found.host() == null) {
      return none();
    }
    return ProxyConfiguration.builder()
        .endpoint(URI.create("http://" + found.host() + ":" + found.port()))
        .username(found.username())
        .password(found.password())
        .nonProxyHosts(found.nonProxyHosts())
        .useSystemPropertyValues(false)
        .useEnvironmentVariableValues(false)
        .build();
  }
}
