package dev.drover.infra;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/** Drover on the AWS side: one stack, its features in the order in which they use each other. */
final class DroverStack extends Stack {
  DroverStack(Construct scope, DroverSettings settings, ProjectFiles files) {
    super(
        scope,
        settings.stackName(),
        StackProps.builder()
            .description("Drover: agentless, incremental migration of live servers to EC2")
            .build());
    DeployTarget target = DeployTarget.of(settings, files);
    Ec2Permissions ec2 = new Ec2Permissions(this);
    DataBucket bucket = new DataBucket(this, "Data", target);
    StateTable table = new StateTable(this, "State", target);
    FunctionFactory functions = new FunctionFactory(settings.stackName(), target, table, bucket);
    TaskQueues tasks = new TaskQueues(this, "Tasks", settings);
    SegmentApply segments =
        new SegmentApply(this, "SegmentApply", functions, ec2, target, settings.environments());
    Reports reports = new Reports(this, "Reports", functions, ec2, target);
    Schedules schedules = new Schedules(this, "Schedules", functions);
    SmsEndpoint endpoint =
        new SmsEndpoint(this, "Sms", settings.stackName(), settings.apiAccessLog());
    Launches launches = new Launches(this, "Launches", functions, ec2, endpoint, files);
    RunFunctions run =
        new RunFunctions(
            this,
            "Run",
            functions,
            ec2,
            tasks,
            segments,
            reports,
            schedules,
            launches,
            settings.patienceHours(),
            settings.jobs());
    ReplicateRun replicateRun =
        new ReplicateRun(this, "ReplicateRun", functions, run, segments, tasks, files);
    RunStarts starts =
        new RunStarts(
            this,
            "RunStarts",
            functions,
            ec2,
            replicateRun,
            schedules,
            settings.pendingSnapshots());
    FailedInvocations failed = new FailedInvocations(this, "FailedInvocations");
    failed.keep(starts.startRun());
    failed.keep(run.completeSnapshot());
    failed.keep(run.endRun());
    LeftoverRights leftovers = new LeftoverRights(bucket, ec2, schedules, replicateRun);
    JobCreationRights jobs = new JobCreationRights(ec2, settings.jobs());
    Sweep sweep = new Sweep(this, "Sweep", functions, leftovers, starts, jobs, launches, tasks);
    failed.keep(sweep.sweepLeftovers());
    DeadLetters deadLetters =
        new DeadLetters(this, "DeadLetters", functions, segments, reports, tasks, failed);
    SmsApi api =
        new SmsApi(
            endpoint,
            functions,
            starts,
            leftovers,
            tasks,
            jobs,
            new AppRights(this, bucket, launches, settings.apps()));
    tasks
        .byConnector()
        .forEach(
            (connector, queue) ->
                new ConnectorAccess(this, connector, queue.queue(), bucket, replicateRun));

    BucketNotificationLogs.keep(this);

    Watch watch = new Watch(this, "Watch", settings.alarmTopicArn());
    Map<String, WorkQueue> queues = new TreeMap<>();
    queues.put("reports", reports.queue());
    segments.queues().forEach((name, queue) -> queues.put("segments-" + name, queue));
    tasks.byConnector().forEach((name, queue) -> queues.put("tasks-" + name.name(), queue));
    queues.forEach((name, queue) -> watch.deadLetters(name, queue.deadLetters()));
    watch.deadLetters("failed-calls", failed.queue());
    List.of(segments.function(), reports.function(), starts.startRun(), api.function())
        .forEach(watch::throttled);
    watch.failing(sweep.sweepLeftovers(), "The hourly removal of what runs left behind");
    watch.failing(deadLetters.function(), "The hourly look at dead letters");
    watch.dashboard(queues.values());

    Map<String, String> outputs = new TreeMap<>();
    outputs.put("ApiUrl", api.url());
    outputs.put("BucketName", bucket.name());
    outputs.put("TableName", table.name());
    outputs.put("SegmentQueuePrefix", segments.namePrefix());
    outputs.put("SegmentFunctionArn", segments.function().arn());
    outputs.put("ReportQueueUrl", reports.queue().queue().getQueueUrl());
    outputs.put("ReplicateRunArn", replicateRun.arn());
    outputs.forEach((name, value) -> CfnOutput.Builder.create(this, name).value(value).build());
  }
}
