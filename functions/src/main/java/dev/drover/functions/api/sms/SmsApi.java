package dev.drover.functions.api.sms;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.ApiException;
import dev.drover.functions.api.ApiRequest;
import dev.drover.functions.api.ApiResponse;
import dev.drover.functions.api.Authorization;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.Operation;
import dev.drover.functions.job.JobCreation;
import dev.drover.functions.job.OnDemandRuns;
import dev.drover.functions.job.RunStarter;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.log.EventLog;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.sms.model.CreateReplicationJobRequest;
import software.amazon.awssdk.services.sms.model.GetConnectorsRequest;
import software.amazon.awssdk.services.sms.model.GetReplicationJobsRequest;
import software.amazon.awssdk.services.sms.model.GetReplicationRunsRequest;
import software.amazon.awssdk.services.sms.model.GetServersRequest;
import software.amazon.awssdk.services.sms.model.ImportServerCatalogRequest;
import software.amazon.awssdk.services.sms.model.StartOnDemandReplicationRunRequest;

/**
 * Answers a call: finds its operation by {@code X-Amz-Target}, and says every failure in the way
 * that the clients of SMS understand (the code in the header {@code x-amzn-ErrorType} for Java, in
 * the body's {@code __type} for the CLI).
 */
final class SmsApi {
  private static final String TARGET_PREFIX = "AWSServerMigrationService_V2016_10_24.";

  /** Operations of SMS that are not built yet. */
  private static final Set<String> NOT_BUILT =
      Set.of(
          "CreateApp",
          "DeleteApp",
          "DeleteAppLaunchConfiguration",
          "DeleteAppReplicationConfiguration",
          "DeleteAppValidationConfiguration",
          "DeleteReplicationJob",
          "DeleteServerCatalog",
          "DisassociateConnector",
          "GenerateChangeSet",
          "GenerateTemplate",
          "GetApp",
          "GetAppLaunchConfiguration",
          "GetAppReplicationConfiguration",
          "GetAppValidationConfiguration",
          "GetAppValidationOutput",
          "ImportAppCatalog",
          "LaunchApp",
          "ListApps",
          "NotifyAppValidationOutput",
          "PutAppLaunchConfiguration",
          "PutAppReplicationConfiguration",
          "PutAppValidationConfiguration",
          "StartAppReplication",
          "StartOnDemandAppReplication",
          "StopAppReplication",
          "TerminateApp",
          "UpdateApp",
          "UpdateReplicationJob");

  private final Map<String, Operation<?>> operations;
  private final EventLog log;

  SmsApi(Wiring wiring) {
    this(catalog(wiring), jobs(wiring), wiring.log());
  }

  SmsApi(CatalogOperations catalog, JobOperations jobs, EventLog log) {
    this.operations = operations(catalog, jobs);
    this.log = log;
  }

  private static CatalogOperations catalog(Wiring wiring) {
    return new CatalogOperations(wiring.table(), wiring.connectorQueues(), wiring.clock());
  }

  private static JobOperations jobs(Wiring wiring) {
    RunStarter starter = new RunStarter(wiring);
    return new JobOperations(
        wiring.table(),
        new JobCreation(wiring, starter),
        new OnDemandRuns(wiring, starter),
        new JobWishes(wiring.clock()));
  }

  private static Map<String, Operation<?>> operations(
      CatalogOperations catalog, JobOperations jobs) {
    return Map.of(
        "GetConnectors",
        new Operation<>(
            GetConnectorsRequest::builder, GetConnectorsRequest.class, catalog::getConnectors),
        "ImportServerCatalog",
        new Operation<>(
            ImportServerCatalogRequest::builder,
            ImportServerCatalogRequest.class,
            catalog::importServerCatalog),
        "GetServers",
        new Operation<>(GetServersRequest::builder, GetServersRequest.class, catalog::getServers),
        "CreateReplicationJob",
        new Operation<>(
            CreateReplicationJobRequest::builder, CreateReplicationJobRequest.class, jobs::create),
        "StartOnDemandReplicationRun",
        new Operation<>(
            StartOnDemandReplicationRunRequest::builder,
            StartOnDemandReplicationRunRequest.class,
            jobs::startOnDemand),
        "GetReplicationJobs",
        new Operation<>(
            GetReplicationJobsRequest::builder, GetReplicationJobsRequest.class, jobs::getJobs),
        "GetReplicationRuns",
        new Operation<>(
            GetReplicationRunsRequest::builder, GetReplicationRunsRequest.class, jobs::getRuns));
  }

  ApiResponse answer(ApiRequest request) {
    try {
      ApiResponse response = success(request, call(request));
      log.event("api-call", logFields(request, "OK"));
      return response;
    } catch (ApiException e) {
      log.event("api-call", logFields(request, e.error().code() + ": " + e.sentence()));
      return failure(request, e);
    } catch (TransientException e) {
      log.failure("api-call", logFields(request, "transient"), e);
      return failure(request, unavailable(request));
    } catch (RuntimeException e) {
      log.failure("api-call", logFields(request, "defect"), e);
      return failure(request, internal(request));
    }
  }

  private String call(ApiRequest request) {
    String name = operationName(request);
    Operation<?> operation = operations.get(name);
    Caller caller = Authorization.authorize(name, request);
    if (operation == null) {
      throw ApiError.NOT_PERMITTED.because(
          name + " is an operation of SMS that this version of Drover does not have yet.");
    }
    return operation.call(request.body(), caller);
  }

  private String operationName(ApiRequest request) {
    String target = request.header("x-amz-target").orElse("");
    String name = target.startsWith(TARGET_PREFIX) ? target.substring(TARGET_PREFIX.length()) : "";
    if (!operations.containsKey(name) && !NOT_BUILT.contains(name)) {
      throw ApiError.UNKNOWN_OPERATION.because(
          "The header X-Amz-Target names no operation of the Server Migration Service.");
    }
    return name;
  }

  private static ApiException unavailable(ApiRequest request) {
    return ApiError.TEMPORARILY_UNAVAILABLE.because(
        "The call could not be carried out now, try again. Request id: "
            + request.requestId()
            + ".");
  }

  private static ApiException internal(ApiRequest request) {
    return ApiError.INTERNAL.because(
        "The call failed for a reason that is not the caller's; the function's log has it under"
            + " request id "
            + request.requestId()
            + ".");
  }

  private static ApiResponse success(ApiRequest request, String body) {
    return new ApiResponse(200, headers(request), body);
  }

  private static ApiResponse failure(ApiRequest request, ApiException e) {
    Map<String, String> headers = new HashMap<>(headers(request));
    headers.put("x-amzn-ErrorType", e.error().code());
    String body =
        JsonNodeFactory.instance
            .objectNode()
            .put("__type", e.error().code())
            .put("message", e.sentence())
            .toString();
    return new ApiResponse(e.error().status(), headers, body);
  }

  private static Map<String, String> headers(ApiRequest request) {
    return Map.of(
        "Content-Type", "application/x-amz-json-1.1", "x-amzn-RequestId", request.requestId());
  }

  private static Map<String, Object> logFields(ApiRequest request, String outcome) {
    return Map.of(
        "target", request.header("x-amz-target").orElse("none"),
        "caller", String.valueOf(request.callerArn()),
        "requestId", request.requestId(),
        "outcome", outcome);
  }
}
