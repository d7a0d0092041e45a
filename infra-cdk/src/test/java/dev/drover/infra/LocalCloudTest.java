package dev.drover.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The local cloud differs where it must, and nowhere else. */
class LocalCloudTest {
  private final Template local = Template.local();

  @Test
  void functions_locally_areACustomRuntimeWithoutSnapStart() {
    assertThat(local.functions().values())
        .hasSize(DeclaredFunction.values().length)
        .allSatisfy(
            function -> {
              assertThat(function.at("/Properties/Runtime").asText()).isEqualTo("provided.al2023");
              assertThat(function.get("Properties").has("SnapStart")).isFalse();
            });
  }

  @Test
  void segments_locally_areAppliedThreeAtOnce() {
    assertThat(local.resources("AWS::Lambda::EventSourceMapping").values())
        .extracting(source -> source.at("/Properties/ScalingConfig/MaximumConcurrency").asInt())
        .containsExactlyInAnyOrder(3, 0);
    assertThat(Template.aws().resources("AWS::Lambda::EventSourceMapping").values())
        .extracting(source -> source.at("/Properties/ScalingConfig/MaximumConcurrency").asInt())
        .containsExactlyInAnyOrder(2, 0);
  }

  @Test
  void data_locally_goWithTheStack() {
    for (String type : Set.of("AWS::S3::Bucket", "AWS::DynamoDB::Table")) {
      assertThat(local.resources(type).values())
          .allMatch(resource -> resource.get("DeletionPolicy").asText().equals("Delete"));
    }
  }

  @Test
  void resources_apartFromVersions_areTheSameAsOnAws() {
    assertThat(ids(local)).isEqualTo(ids(Template.aws()));
  }

  /** A version's id holds a hash of its function, and a deployment's one of its API. */
  private static Set<String> ids(Template template) {
    Set<String> ids = new HashSet<>();
    template.json().get("Resources").fieldNames().forEachRemaining(ids::add);
    ids.removeAll(template.resources("AWS::Lambda::Version").keySet());
    ids.removeAll(template.resources("AWS::ApiGateway::Deployment").keySet());
    return ids;
  }
}
