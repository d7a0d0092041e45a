package dev.drover.local.simulation.aws;

import dev.drover.local.simulation.kernel.Line;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetAliasRequest;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionRequest;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionResponse;
import software.amazon.awssdk.services.lambda.paginators.ListVersionsByFunctionIterable;

/**
 * Versions of functions that were deployed once, so that nothing of them is ever old; the SDK's
 * client, without its own retries.
 */
final class SimulatedLambdaClient implements LambdaClient {
  private static final String SERVICE = "lambda";
  private static final String ONLY = "1";

  private final Line line;

  SimulatedLambdaClient(Line line) {
    this.line = line;
  }

  @Override
  public ListVersionsByFunctionResponse listVersionsByFunction(
      ListVersionsByFunctionRequest request) {
    return line.call(
        SERVICE,
        "ListVersionsByFunction",
        request.functionName(),
        () ->
            ListVersionsByFunctionResponse.builder()
                .versions(version("$LATEST"), version(ONLY))
                .build());
  }

  @Override
  public ListVersionsByFunctionIterable listVersionsByFunctionPaginator(
      ListVersionsByFunctionRequest request) {
    return new ListVersionsByFunctionIterable(this, request);
  }

  @Override
  public GetAliasResponse getAlias(GetAliasRequest request) {
    return line.call(
        SERVICE,
        "GetAlias",
        request.functionName(),
        () -> GetAliasResponse.builder().name(request.name()).functionVersion(ONLY).build());
  }

  private static FunctionConfiguration version(String version) {
    return FunctionConfiguration.builder().version(version).build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
