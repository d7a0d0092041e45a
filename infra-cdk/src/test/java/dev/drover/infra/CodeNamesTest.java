package dev.drover.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Classes that the template and the state machine name as text exist, under exactly that name. */
class CodeNamesTest {
  private static final List<Class<?>> LAMBDA_HANDLERS =
      List.of(RequestHandler.class, RequestStreamHandler.class);

  @Test
  void handlers_namedAsText_canBeMadeAndCalledByLambda() {
    assertThat(handlers())
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
  void exceptions_namedAsText_areExceptions() {
    assertThat(exceptions())
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

  private static ClassLoader loader() {
    return CodeNamesTest.class.getClassLoader();
  }
}
