package dev.drover.infra;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.services.apigateway.GatewayResponseOptions;
import software.amazon.awscdk.services.apigateway.LambdaIntegration;
import software.amazon.awscdk.services.apigateway.ResponseType;
import software.amazon.awscdk.services.apigateway.RestApi;

/**
 * The SMS API: one REST endpoint, {@code POST /}, signed by IAM. All operations share the path, so
 * IAM cannot tell them apart; the function authorizes by operation and caller.
 */
final class SmsApi {
  /** What the gateway itself refuses, and the error by which SMS clients know it. */
  private static final Map<ResponseType, String> ERRORS = errors();

  private final RestApi api;
  private final DroverFunction function;

  SmsApi(
      SmsEndpoint endpoint,
      FunctionFactory functions,
      RunStarts starts,
      LeftoverRights leftovers,
      TaskQueues tasks,
      JobCreationRights jobs,
      AppRights apps) {
    Map<String, String> environment = new TreeMap<>(starts.environment());
    environment.putAll(tasks.variables());
    environment.putAll(jobs.environment());
    environment.putAll(jobs.settings().ofRequests());
    environment.putAll(apps.environment());
    this.api = endpoint.api();
    this.function = functions.create(endpoint, DeclaredFunction.SMS_API, environment);
    starts.allowStart(function);
    jobs.allow(function);
    apps.allow(function);
    // Audit and RemoveLeftovers.
    leftovers.allow(function);
    leftovers.allowOnRequest(function);
    // ImportServerCatalog asks every connector for its inventory.
    tasks.allowSend(function);
    // CDK's own output of the address; the stack prints it as ApiUrl.
    api.getNode().tryRemoveChild("Endpoint");
    api.getRoot()
        .addMethod(
            "POST",
            LambdaIntegration.Builder.create(function.alias())
                .proxy(true)
                .allowTestInvoke(false)
                .build());
    ERRORS.forEach((type, code) -> api.addGatewayResponse(id(type), response(type, code)));
  }

  String url() {
    return api.getUrl();
  }

  DroverFunction function() {
    return function;
  }

  private static Map<ResponseType, String> errors() {
    Map<ResponseType, String> errors = new LinkedHashMap<>();
    errors.put(ResponseType.ACCESS_DENIED, "UnauthorizedOperationException");
    errors.put(ResponseType.UNAUTHORIZED, "UnauthorizedOperationException");
    errors.put(ResponseType.MISSING_AUTHENTICATION_TOKEN, "MissingAuthenticationTokenException");
    errors.put(ResponseType.INVALID_SIGNATURE, "InvalidSignatureException");
    errors.put(ResponseType.EXPIRED_TOKEN, "ExpiredTokenException");
    errors.put(ResponseType.THROTTLED, "ThrottlingException");
    errors.put(ResponseType.REQUEST_TOO_LARGE, "InvalidParameterException");
    errors.put(ResponseType.INTEGRATION_TIMEOUT, "TemporarilyUnavailableException");
    errors.put(ResponseType.DEFAULT_4_XX, "InvalidParameterException");
    errors.put(ResponseType.DEFAULT_5_XX, "InternalError");
    return errors;
  }

  /** CLI and boto3 read {@code __type} of the body, the Java SDK the header. */
  private static GatewayResponseOptions response(ResponseType type, String code) {
    String body = "{\"__type\":\"%s\",\"message\":$context.error.messageString}".formatted(code);
    return GatewayResponseOptions.builder()
        .type(type)
        .responseHeaders(Map.of("x-amzn-ErrorType", "'%s'".formatted(code)))
        .templates(Map.of("application/json", body, "application/x-amz-json-1.1", body))
        .build();
  }

  private static String id(ResponseType type) {
    return "Refused-" + type.getResponseType();
  }
}
