package dev.drover.infra;

import java.util.Map;
import java.util.TreeMap;
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
}
