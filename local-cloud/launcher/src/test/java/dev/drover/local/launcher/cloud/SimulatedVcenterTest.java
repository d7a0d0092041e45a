package dev.drover.local.launcher.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedVcenterTest {
  private static final String LINE =
      """
      {"url":"https://127.0.0.1:%d/sdk","user":"administrator@vsphere.local","password":"p-1",\
      "roleUser":"connector@vsphere.local","rolePassword":"p-2","caFile":"/c/ca.pem",\
      "control":"http://127.0.0.1:2","vms":3}
      """;

  @TempDir Path folder;

  @Test
  void inLog_severalStarts_isTheNewestWholeLine() throws IOException {
    String earlier = "vcenter: something\n" + LINE.formatted(1) + LINE.formatted(443);
    Path log = Files.writeString(folder.resolve("vcenter.log"), earlier + "{\"url\":\"https:");

    SimulatedVcenter vcenter = SimulatedVcenter.inLog(log, 0).orElseThrow();

    assertThat(vcenter.url()).isEqualTo(URI.create("https://127.0.0.1:443/sdk"));
    assertThat(vcenter.vms()).isEqualTo(3);
    assertThat(vcenter.environment())
        .isEqualTo(
            Map.of(
                "GOVC_URL", "https://127.0.0.1:443/sdk",
                "GOVC_USERNAME", "administrator@vsphere.local",
                "GOVC_PASSWORD", "p-1",
                "GOVC_TLS_CA_CERTS", "/c/ca.pem"));
    assertThat(SimulatedVcenter.inLog(log, earlier.length())).isEmpty();
    assertThat(SimulatedVcenter.inLog(folder.resolve("no.log"), 0)).isEmpty();
  }

  @Test
  void of_cloudWithoutOne_isEmpty() {
    assertThat(SimulatedVcenter.of(state(List.of()), new CloudHome(folder))).isEmpty();
  }

  @Test
  void of_oneThatEnded_saysWhatThatMeans() {
    CloudState.Component ended =
        new CloudState.Component(SimulatedVcenter.NAME, 999_999_999L, 443, "");

    assertThatThrownBy(() -> SimulatedVcenter.of(state(List.of(ended)), new CloudHome(folder)))
        .isInstanceOf(LocalCloudException.class)
        .hasMessageContaining("has ended, and with it its VMs")
        .hasMessageContaining("./drover up --simulated-vcenter N");
  }

  private static CloudState state(List<CloudState.Component> components) {
    return new CloudState("no-such-cloud", 0, true, components, Map.of());
  }
}
