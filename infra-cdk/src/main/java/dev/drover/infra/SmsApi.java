package dev.drover.infra;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.apigateway.AccessLogFormat;
import software.amazon.awscdk.services.apigateway.AuthorizationType;
import software.amazon.awscdk.services.apigateway.EndpointConfiguration;
import software.amazon.awscdk.services.apigateway.EndpointType;
import software.amazon.awscdk.services.apigateway.GatewayResponseOptions;
import software.amazon.awscdk.services.apigateway.LambdaIntegration;
import software.amazon.awscdk.services.apigateway.LogGroupLogDestination;
import software.amazon.awscdk.services.apigateway.MethodOptions;
import software.amazon.awscdk.services.apigateway.ResponseType;
import software.amazon.awscdk.services.apigateway.RestApi;
import software.amazon.awscdk.services.apigateway.StageOptions;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/**
 * The SMS API: one REST endpoint, {@code POST /}, signed by IAM. All operations share the path, so
 * IAM cannot tell them apart; the function authorizes by operation and caller.
 */
final class SmsApi extends Construct {
  /** What the gateway itself refuses, and the error by which SMS clients know it. */
  private static final Map<ResponseType, String> ERRORS = errors();

  private static final String STAGE = "prod";

  private final RestApi api;

  /** The address, before there is what answers at it. */
  SmsApi(Construct scope, String id, String name, boolean accessLog) {
    super(scope, id);
    this.api = restApi(name, accessLog);
    // CDK's own output of the address; the stack prints it as ApiUrl.
    api.getNode().tryRemoveChild("Endpoint");
    ERRORS.forEach((type, code) -> api.addGatewayResponse(id(type), response(type, code)));
  }

  /** Makes the function that answers. */
  DroverFunction answer(
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
    DroverFunction function = functions.create(this, DeclaredFunction.SMS_API, environment);
    starts.allowStart(function);
    jobs.allow(function);
    apps.allow(function);
    // Audit and RemoveLeftovers.
    leftovers.allow(function);
    // ImportServerCatalog asks every connector for its inventory.
    tasks.allowSend(function);
    api.getRoot()
        .addMethod(
            "POST",
            LambdaIntegration.Builder.create(function.alias())
                .proxy(true)
                .allowTestInvoke(false)
                .build());
    return function;
  }

  /** For functions: CDK's own names the stage, which waits for the function that answers. */
  String urlForFunctions() {
    Stack stack = Stack.of(this);
    return "https://%s.execute-api.%s.%s/%s/"
        .formatted(api.getRestApiId(), stack.getRegion(), stack.getUrlSuffix(), STAGE);
  }

  String url() {
    return api.getUrl();
  }

  /**
   * The API; with an access log only where that is asked for. API Gateway writes none before the
   * account has named a role for it, one for all APIs of the account in the region: naming ours
   * would take the place of the one that is named, and it would stay when the stack goes. What the
   * log has of calls that reach the function, the function's own log has too.
   */
  private RestApi restApi(String name, boolean accessLog) {
    return RestApi.Builder.create(this, "Api")
        .restApiName(name)
        .description("The SMS API of Drover")
        .endpointConfiguration(
            EndpointConfiguration.builder().types(List.of(EndpointType.REGIONAL)).build())
        .defaultMethodOptions(
            MethodOptions.builder().authorizationType(AuthorizationType.IAM).build())
        .cloudWatchRole(accessLog)
        .deployOptions(
            accessLog ? withAccessLog() : StageOptions.builder().stageName(STAGE).build())
        .build();
  }

  private StageOptions withAccessLog() {
    LogGroup accessLog =
        LogGroup.Builder.create(this, "AccessLog")
            .retention(RetentionDays.THREE_MONTHS)
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    return StageOptions.builder()
        .stageName(STAGE)
        .accessLogDestination(new LogGroupLogDestination(accessLog))
        .accessLogFormat(AccessLogFormat.jsonWithStandardFields())
        .build();
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
