package dev.drover.infra;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.constructs.Construct;

/** Makes the functions: what all of them have in common is said here. */
record FunctionFactory(String stackName, DeployTarget target, StateTable table, DataBucket bucket) {
  /**
   * Creates a function that knows the table and the bucket, and may write what it owns of the
   * table's items.
   *
   * @param environment what this function needs besides
   */
  DroverFunction create(
      Construct scope, DeclaredFunction declared, Map<String, String> environment) {
    Map<String, String> all = new TreeMap<>(environment);
    all.put("DROVER_TABLE", table.name());
    all.put("DROVER_BUCKET", bucket.name());
    all.put("DROVER_BUCKET_OWNER", Stack.of(scope).getAccount());
    DroverFunction function =
        new DroverFunction(
            scope, declared.constructId(), functionName(declared), declared, target, all);
    table.allowRead(function);
    table.allowWrite(function, TableWrites.of(declared));
    return function;
  }

  /** Known before the function is made, so that a function can be told its own alias. */
  String functionName(DeclaredFunction declared) {
    return stackName + "-" + declared.constructId();
  }

  /**
   * ARN of a function's alias or version, by name: for who is made before the function.
   *
   * @param qualifier an alias; {@code *}: any alias and version, and not the function itself
   */
  String qualifiedArn(Stack stack, DeclaredFunction declared, String qualifier) {
    return functionArn(stack, functionName(declared)) + ":" + qualifier;
  }

  /** Every function of the stack: for who asks about them. */
  String everyFunctionArn(Stack stack) {
    return functionArn(stack, stackName + "-*");
  }

  private static String functionArn(Stack stack, String name) {
    return stack.formatArn(
        ArnComponents.builder()
            .service("lambda")
            .resource("function")
            .resourceName(name)
            .arnFormat(ArnFormat.COLON_RESOURCE_NAME)
            .build());
  }

  /** Those that executions call, by whichever version they began with. */
  List<DeclaredFunction> calledByExecutions() {
    return Stream.of(DeclaredFunction.values())
        .filter(DeclaredFunction::isCalledByExecutions)
        .toList();
  }
}
