package dev.drover.functions.api.edge;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import dev.drover.functions.account.EncryptionKeys;
import dev.drover.functions.api.Api;
import dev.drover.functions.api.ApiRequest;
import dev.drover.functions.api.ApiResponse;
import dev.drover.functions.api.drover.DroverService;
import dev.drover.functions.api.sms.AppImportOperations;
import dev.drover.functions.api.sms.AppLaunchOperations;
import dev.drover.functions.api.sms.AppOperations;
import dev.drover.functions.api.sms.AppReplicationOperations;
import dev.drover.functions.api.sms.AppValidationOperations;
import dev.drover.functions.api.sms.ConnectorOperations;
import dev.drover.functions.api.sms.JobLimits;
import dev.drover.functions.api.sms.JobOperations;
import dev.drover.functions.api.sms.RunOperations;
import dev.drover.functions.api.sms.ServerOperations;
import dev.drover.functions.api.sms.SmsService;
import dev.drover.functions.app.AppCreation;
import dev.drover.functions.app.AppImport;
import dev.drover.functions.app.AppLimits;
import dev.drover.functions.app.AppOnDemandRuns;
import dev.drover.functions.app.AppReplication;
import dev.drover.functions.app.AppUpdate;
import dev.drover.functions.job.JobCreation;
import dev.drover.functions.job.JobExtension;
import dev.drover.functions.job.JobUpdate;
import dev.drover.functions.job.OnDemandRuns;
import dev.drover.functions.job.RunStarter;
import dev.drover.functions.job.StartRunHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.launch.AdvanceLaunchHandler;
import dev.drover.functions.launch.AppChangeSets;
import dev.drover.functions.launch.AppLaunch;
import dev.drover.functions.launch.AppTemplates;
import dev.drover.functions.launch.AppTestLaunch;
import dev.drover.functions.launch.AppValidation;
import dev.drover.functions.launch.AutoLaunch;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.reconcile.SweepLeftoversHandler;
import dev.drover.functions.state.State;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The API behind the gateway's {@code POST /}.
 *
 * <p>Idempotency key: {@code amz-sdk-invocation-id}, which clients keep over the retries of a call:
 * a job or a run that was made for it before is answered again.
 */
public final class ApiHandler
    implements RequestHandler<APIGatewayProxyRequestEvent, APIGatewayProxyResponseEvent> {
  private final Api api;

  /** Called by Lambda. */
  public ApiHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public ApiHandler(Wiring wiring) {
    this(api(wiring));
  }

  ApiHandler(Api api) {
    this.api = api;
  }

  private static Api api(Wiring wiring) {
    State state = wiring.state();
    InstantSource clock = wiring.clock();
    EventLog log = wiring.log();
    RunStarter starter = StartRunHandler.feature(wiring);
    EncryptionKeys keys = wiring.encryptionKeys();
    JobCreation creation = new JobCreation(state, starter, keys, clock, log);
    OnDemandRuns onDemand = new OnDemandRuns(state, starter, wiring.onDemandRuns(), clock, log);
    JobLimits limits = new JobLimits(wiring.maxFrequencyHours(), wiring.recentAmisToKeep());
    AppLimits appLimits =
        new AppLimits(wiring.maxApps(), wiring.maxServerGroups(), wiring.maxServersOfApp());
    AppReplication replication =
        new AppReplication(state, creation, starter, wiring.recentAmisToKeep(), clock, log);
    AppTemplates templates = AdvanceLaunchHandler.templates(wiring);
    AppLaunch launch = new AppLaunch(state, templates, wiring.launches(), log);
    SmsService sms =
        new SmsService(
            new ConnectorOperations(state, clock),
            new ServerOperations(state, wiring.connectorQueues(), clock, wiring::newId),
            new JobOperations(
                state,
                creation,
                new JobUpdate(state, starter, wiring.schedule(), keys, clock, log),
                starter,
                limits,
                clock),
            new RunOperations(state, onDemand, StartRunHandler.admission(wiring), clock),
            new AppOperations(state, replication, launch, wiring.objects(), appLimits, clock, log),
            new AppImportOperations(
                new AppImport(
                    state,
                    wiring.applicationDiscovery(),
                    new AppCreation(state, appLimits, clock, log),
                    new AppUpdate(state, clock, log),
                    appLimits,
                    log)),
            new AppReplicationOperations(
                state, replication, new AppOnDemandRuns(state, onDemand), limits, clock, log),
            new AppLaunchOperations(
                state,
                templates,
                changeSets(wiring, templates),
                launch,
                new AutoLaunch(state, wiring.launches(), log),
                wiring.bucket(),
                log),
            new AppValidationOperations(
                state, new AppValidation(state, wiring.stackResources(), clock, log), log));
    DroverService drover =
        new DroverService(
            state,
            new JobExtension(state, starter, clock, log),
            SweepLeftoversHandler.audit(wiring),
            new AppTestLaunch(state, templates, wiring.launches(), clock, log),
            clock,
            log);
    return new Api(List.of(sms, drover), clock, log);
  }

  private static AppChangeSets changeSets(Wiring wiring, AppTemplates templates) {
    return new AppChangeSets(
        wiring.state(), templates, wiring.stacks(), wiring.objects(), wiring.pause(), wiring.log());
  }

  @Override
  public APIGatewayProxyResponseEvent handleRequest(
      APIGatewayProxyRequestEvent event, Context context) {
    ApiResponse response = api.answer(decode(event, context));
    return new APIGatewayProxyResponseEvent()
        .withStatusCode(response.status())
        .withHeaders(response.headers())
        .withBody(response.body())
        .withIsBase64Encoded(false);
  }

  private static ApiRequest decode(APIGatewayProxyRequestEvent event, Context context) {
    Optional<APIGatewayProxyRequestEvent.ProxyRequestContext> gateway =
        Optional.ofNullable(event.getRequestContext());
    String requestId =
        gateway
            .map(APIGatewayProxyRequestEvent.ProxyRequestContext::getRequestId)
            .orElseGet(context::getAwsRequestId);
    String callerArn =
        gateway
            .map(APIGatewayProxyRequestEvent.ProxyRequestContext::getIdentity)
            .map(APIGatewayProxyRequestEvent.RequestIdentity::getUserArn)
            .orElse(null);
    Map<String, String> headers = Optional.ofNullable(event.getHeaders()).orElse(Map.of());
    return new ApiRequest(requestId, callerArn, headers, body(event));
  }

  private static String body(APIGatewayProxyRequestEvent event) {
    @Nullable String body = event.getBody();
    if (body == null) {
      return "";
    }
    return Boolean.TRUE.equals(event.getIsBase64Encoded())
        ? new String(Base64.getDecoder().decode(body), StandardCharsets.UTF_8)
        : body;
  }
}
