package dev.drover.local.launcher.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConnectorFileTest {
  private static final ConnectorStart SETTINGS =
      new ConnectorStart(
          "Site1",
          new ConnectorSource.Folder(Path.of("/servers")),
          Path.of("/state"),
          Map.of("slots", 1),
          Map.of(),
          false);
  private static final Map<String, String> SOURCE = SETTINGS.source().section(Path.of("/run"));

  @Test
  void of_outputOfTheStack_isJoinedWithWhatTheCallerWants() {
    ConnectorFile config =
        ConnectorFile.of(SETTINGS, SOURCE, "{\"connectorId\":\"c-1\",\"bucket\":\"b\"}");

    assertThat(config.connectorId()).isEqualTo("c-1");
    assertThat(config.yaml())
        .contains("\"connectorId\" : \"c-1\"", "\"bucket\" : \"b\"", "\"slots\" : 1")
        .contains("\"stateDirectory\" : \"/state\"", "\"directory\" : \"/servers\"");
  }

  @Test
  void of_outputThatIsNoJson_namesTheOutput() {
    assertThatThrownBy(() -> ConnectorFile.of(SETTINGS, SOURCE, "{connector"))
        .hasMessageContaining("ConnectorSite1Config");
    assertThatThrownBy(() -> ConnectorFile.of(SETTINGS, SOURCE, "{}"))
        .hasMessageContaining("connectorId");
  }
}
