package dev.drover.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Classes that the template and the state machine name as text exist, under exactly that name. */
class CodeNamesTest {
  /** Not asked for yet; to be empty when the functions have landed. */
  private static final Set<String> NOT_YET_WRITTEN =
      Set.of(
          "dev.drover.functions.image.PublishImageHandler",
          "dev.drover.functions.job.BeginRunHandler",
          "dev.drover.functions.job.FailRunHandler",
          "dev.drover.functions.job.FinishRunHandler",
          "dev.drover.functions.job.StartRunHandler",
          "dev.drover.functions.reconcile.EndRunHandler",
          "dev.drover.functions.reconcile.PruneImagesHandler",
          "dev.drover.functions.reconcile.PurgeStagingHandler",
          "dev.drover.functions.report.ReportHandler",
          "dev.drover.functions.segment.SegmentHandler",
          "dev.drover.functions.smsapi.SmsApiHandler",
          "dev.drover.functions.snapshot.AwaitAppliedHandler",
          "dev.drover.functions.snapshot.CheckSnapshotHandler",
          "dev.drover.functions.snapshot.CompleteSnapshotHandler",
          "dev.drover.functions.snapshot.PrepareHandler");

  private static final List<Class<?>> LAMBDA_HANDLERS =
      List.of(RequestHandler.class, RequestStreamHandler.class);

  @Test
  void classes_namedAsText_exist() {
    Set<String> missing = new TreeSet<>();
    Stream.concat(handlers(), exceptions()).filter(name -> !exists(name)).forEach(missing::add);
    missing.removeAll(NOT_YET_WRITTEN);
    assertThat(missing).isEmpty();
  }

  @Test
  void handlers_thatExist_canBeMadeAndCalledByLambda() {
    assertThat(handlers().filter(CodeNamesTest::exists))
        .allSatisfy(
            name -> {
              Class<?> handler = Class.forName(name, false, loader());
              assertThat(handler.getConstructors())
                  .as("a public constructor without arguments")
                  .anyMatch(constructor -> constructor.getParameterCount() == 0);
              assertThat(LAMBDA_HANDLERS)
                  .as("%s is a handler of Lambda", name)
                  .anyMatch(type -> type.isAssignableFrom(handler));
            });
  }

  @Test
  void exceptions_thatExist_areExceptions() {
    assertThat(exceptions().filter(CodeNamesTest::exists))
        .allSatisfy(
            name ->
                assertThat(Class.forName(name, false, loader())).isAssignableTo(Exception.class));
  }

  private static Stream<String> handlers() {
    return Arrays.stream(DeclaredFunction.values()).map(DeclaredFunction::handlerClass);
  }

  private static Stream<String> exceptions() {
    return Definition.replicateRun().tasks().values().stream()
        .flatMap(task -> Stream.of(task.path("Retry"), task.path("Catch")))
        .flatMap(handlers -> Template.elements(handlers).stream())
        .flatMap(handler -> Template.elements(handler.path("ErrorEquals")).stream())
        .map(JsonNode::asText)
        .filter(error -> error.startsWith("dev.drover."))
        .distinct();
  }

  private static boolean exists(String name) {
    try {
      Class.forName(name, false, loader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static ClassLoader loader() {
    return CodeNamesTest.class.getClassLoader();
  }
}
