package dev.drover.infra;

import java.util.List;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.apigateway.AccessLogFormat;
import software.amazon.awscdk.services.apigateway.AuthorizationType;
import software.amazon.awscdk.services.apigateway.EndpointConfiguration;
import software.amazon.awscdk.services.apigateway.EndpointType;
import software.amazon.awscdk.services.apigateway.LogGroupLogDestination;
import software.amazon.awscdk.services.apigateway.MethodOptions;
import software.amazon.awscdk.services.apigateway.RestApi;
import software.amazon.awscdk.services.apigateway.StageOptions;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/** Where the SMS API is reached; {@link SmsApi} is what answers there. */
final class SmsEndpoint extends Construct {
  private static final String STAGE = "prod";

  private final RestApi api;

  SmsEndpoint(Construct scope, String id, String stackName, boolean accessLog) {
    super(scope, id);
    this.api = restApi(stackName, accessLog);
  }

  RestApi api() {
    return api;
  }

  /** For functions: CDK's own address names the stage, which waits for the API's function. */
  String url() {
    Stack stack = Stack.of(this);
    return "https://%s.execute-api.%s.%s/%s/"
        .formatted(api.getRestApiId(), stack.getRegion(), stack.getUrlSuffix(), STAGE);
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
}
