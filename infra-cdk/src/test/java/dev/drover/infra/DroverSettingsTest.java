package dev.drover.infra;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DroverSettingsTest {
  private static final Map<String, String> SITE = Map.of("name", "site-1", "environment", "site");

  @Test
  void from_emptyContext_hasTheDefaults() {
    assertThat(DroverSettings.from(Map.of()))
        .isEqualTo(
            new DroverSettings(
                "Drover",
                false,
                false,
                100,
                1_000,
                6,
                null,
                new JobSettings(24, 2, 3, 0),
                new AppSettings(50, 10, 50, null),
                List.of()));
  }

  @Test
  void from_listOrItsText_isTheSame() {
    DroverSettings list = DroverSettings.from(Map.of("drover:connectors", List.of(SITE)));
    DroverSettings text =
        DroverSettings.from(
            Map.of("drover:connectors", "[{\"name\":\"site-1\",\"environment\":\"site\"}]"));
    assertThat(list).isEqualTo(text);
    assertThat(list.connectors()).containsExactly(new ConnectorDeclaration("site-1", "site"));
  }

  @Test
  void from_moreThanAStackTakes_isRefused() {
    List<Map<String, String>> many =
        IntStream.rangeClosed(1, 26)
            .mapToObj(i -> Map.of("name", "c" + i, "environment", "e" + i))
            .toList();

    assertThatThrownBy(() -> DroverSettings.from(Map.of("drover:connectors", many)))
        .hasMessageContaining(
            "26 connectors in 26 environments, together at most 50 in one stack: deploy another");
    assertThat(DroverSettings.from(Map.of("drover:connectors", many.subList(0, 25))).environments())
        .hasSize(25);
  }

  @Test
  void from_contextWithMistakes_namesAllOfThem() {
    Map<String, Object> context =
        Map.ofEntries(
            entry("drover:stackName", "1st"),
            entry("drover:local", "yes"),
            entry("drover:apiAccessLog", "1"),
            entry("drover:pendingSnapshots", "21"),
            entry("drover:putBlocksPerSecond", 1e9),
            entry("drover:patienceHours", "0"),
            entry("drover:alarmTopicArn", "arn:aws:sns:eu-west-1:123456789012:x.fifo"),
            entry("drover:maxFrequencyHours", 2_161),
            entry("drover:onDemandRuns", 0),
            entry("drover:failuresBeforePause", 0),
            entry("drover:recentAmisToKeep", 271),
            entry("drover:maxApplications", 0),
            entry("drover:maxServerGroups", 81),
            entry("drover:maxServersOfApplication", 81),
            entry("drover:discoveryRegion", "Frankfurt"),
            entry("drover:connector", "x"),
            entry("@aws-cdk/core:other", true),
            entry(
                "drover:connectors",
                List.of(
                    SITE,
                    Map.of("name", "site-1", "environment", "other"),
                    Map.of("name", "Upper", "environment", "site"),
                    Map.of("name", "x"))));
    assertThatThrownBy(() -> DroverSettings.from(context))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContainingAll(
            "unknown key drover:connector",
            "drover:stackName must match",
            "drover:local must be true or false",
            "drover:apiAccessLog must be true or false",
            "drover:pendingSnapshots must be from 22 to 100000, but is '21'",
            "drover:putBlocksPerSecond must be from 800 to 100000, but is '1.0E9'",
            "drover:patienceHours must be from 1 to 168, but is '0'",
            "drover:alarmTopicArn must be the ARN of a standard SNS topic, but is '",
            "drover:maxFrequencyHours must be from 1 to 2160, but is '2161'",
            "drover:onDemandRuns must be from 1 to 1000, but is '0'",
            "drover:failuresBeforePause must be from 1 to 1000, but is '0'",
            "drover:recentAmisToKeep must be from 0 to 270, but is '271'",
            "drover:maxApplications must be from 1 to 1000, but is '0'",
            "drover:maxServerGroups must be from 1 to 80, but is '81'",
            "drover:maxServersOfApplication must be from 1 to 80, but is '81'",
            "drover:discoveryRegion must be a Region's name, but is 'Frankfurt'",
            "two connectors give the output ConnectorSite1Config",
            "'Upper'",
            "{name=x}");
  }

  @Test
  void from_connectorsThatAreNoList_isRefused() {
    assertThatThrownBy(() -> DroverSettings.from(Map.of("drover:connectors", "site-1")))
        .hasMessageContaining("is not JSON");
    assertThatThrownBy(() -> DroverSettings.from(Map.of("drover:connectors", "{}")))
        .hasMessageContaining("must be a JSON array");
  }

  /** Pinned: the id is in the table, in object keys and in the connector's configuration. */
  @Test
  void connectorId_ofNameAndEnvironment_neverChanges() {
    assertThat(new ConnectorDeclaration("site-1", "site").id()).isEqualTo("c-c8c0c53255d8b6680");
    assertThat(new ConnectorDeclaration("a-b-c", "site").pascalName()).isEqualTo("ABC");
  }
}
