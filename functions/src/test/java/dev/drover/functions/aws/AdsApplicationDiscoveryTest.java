package dev.drover.functions.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.ApplicationDiscovery;
import dev.drover.functions.account.ApplicationDiscovery.DiscoveredApp;
import dev.drover.functions.account.ApplicationDiscovery.DiscoveredServer;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.TransientException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.applicationdiscovery.model.HomeRegionNotSetException;
import software.amazon.awssdk.services.applicationdiscovery.model.ServerInternalErrorException;

/** What Application Discovery Service's maps become. */
final class AdsApplicationDiscoveryTest {
  private final FakeDiscovery service = new FakeDiscovery();
  private final ApplicationDiscovery discovery = new AdsApplicationDiscovery(service);

  @Test
  void applications_ofSeveralPages_areAllThere() {
    service.application(
        Map.of(
            "application.configurationId", "d-application-1",
            "application.name", "shop",
            "application.description", "web shop",
            "application.serverCount", "2"));
    service.application(
        Map.of("application.configurationId", "d-application-2", "application.description", ""));
    service.application(Map.of("application.name", "of no id"));
    service.application(
        Map.of("application.configurationId", "d-application-3", "application.name", " "));

    assertThat(discovery.applications())
        .containsExactly(
            new DiscoveredApp("d-application-1", "shop", "web shop"),
            new DiscoveredApp("d-application-2", "d-application-2", null),
            new DiscoveredApp("d-application-3", "d-application-3", null));
  }

  @Test
  void servers_ofAnApplication_areThoseOfNoOther() {
    for (int i = 1; i <= 5; i++) {
      service.server(
          Map.of(
              "server.configurationId", "d-server-" + i,
              "server.hostName", "host" + i,
              "server.type", i == 1 ? "VMWARE_VM" : "OTHER",
              "server.vmWareInfo.morefId", "vm-" + i,
              "server.application.configurationId", "d-application-" + (i == 5 ? 2 : 1)));
    }
    service.server(
        Map.of(
            "server.configurationId", "d-server-6",
            "server.application.configurationId", "d-application-3"));

    assertThat(discovery.servers("d-application-1"))
        .containsExactly(
            new DiscoveredServer("d-server-1", "host1", true),
            new DiscoveredServer("d-server-2", "host2", false),
            new DiscoveredServer("d-server-3", "host3", false),
            new DiscoveredServer("d-server-4", "host4", false));
    assertThat(discovery.servers("d-application-3"))
        .containsExactly(new DiscoveredServer("d-server-6", null, false));
    assertThat(discovery.servers("d-application-4")).isEmpty();
  }

  @Test
  void isVm_isAskedOfTheServerAndTheReference() {
    service.server(
        Map.of("server.configurationId", "d-server-1", "server.vmWareInfo.morefId", "vm-1"));
    service.server(
        Map.of("server.configurationId", "d-server-2", "server.vmWareInfo.morefId", "vm-2"));

    assertThat(discovery.isVm("d-server-1", "vm-1")).isTrue();
    assertThat(discovery.isVm("d-server-1", "vm-2")).isFalse();
    assertThat(discovery.isVm("d-server-3", "vm-1")).isFalse();
  }

  @Test
  void anyCall_thatIsRefused_saysWhatTheServiceSays() {
    service.fail(
        HomeRegionNotSetException.builder()
            .statusCode(400)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .errorCode("HomeRegionNotSetException")
                    .errorMessage("The home region is not set.")
                    .build())
            .build());
    assertThatThrownBy(discovery::applications)
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.sentence()).isEqualTo("The home region is not set."));
    assertThatThrownBy(() -> discovery.servers("d-application-1"))
        .isInstanceOf(RefusedException.class);

    service.fail(ServerInternalErrorException.builder().statusCode(500).message("busy").build());
    assertThatThrownBy(() -> discovery.isVm("d-server-1", "vm-1"))
        .isInstanceOf(TransientException.class);
  }
}
