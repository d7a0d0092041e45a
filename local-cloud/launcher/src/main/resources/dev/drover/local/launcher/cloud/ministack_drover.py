"""MiniStack 1.5.33 with what Drover's local cloud needs beside it: patches its module registries, then runs its main().

No fork: every patch names what it replaces, says why, and the start fails at once when that name is gone.
Settings come by environment variables (all optional):
  DROVER_FUNCTION_CONCURRENCY  how many processes of one function may run at a time (2)
  DROVER_HEARTBEAT_SCALE       multiplies HeartbeatSeconds, so that a test need not wait for minutes (1)
  DROVER_FUNCTION_LOGS         folder that gets each function's output, a file a function
  DROVER_OWNER_PID             when this process ends, all that carries our DROVER_CLOUD ends, and
  DROVER_OWNED_HOME            this folder is removed
"""

import base64
import contextvars
import copy
import errno
import functools
import json
import os
import queue
import shutil
import signal
import sys
import tempfile
import threading
import time
import warnings
from collections import defaultdict
from pathlib import Path

import boto3
import botocore.config
import botocore.exceptions
import ministack.app as app
from ministack.core import lambda_runtime, responses
from ministack.services import ec2, eventbridge, kms, lambda_svc, s3, scheduler
from ministack.services import stepfunctions as sfn
from ministack.services.cloudformation import provisioners, stacks

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # that it has no C here we say ourselves, below
    import google_crc32c


def need(module, *names):
    """Ends the start with its reason when a name that a patch rests on is gone."""
    for name in names:
        if not hasattr(module, name):
            sys.exit(f"{module.__name__}.{name} is gone: ministack_drover.py was written for MiniStack 1.5.33.")


def patch(module, name):
    """Replaces module.name by the decorated function, which gets the original as its first argument."""
    need(module, name)
    original = getattr(module, name)

    def decorate(replacement):
        setattr(module, name, functools.wraps(original)(functools.partial(replacement, original)))
        return replacement

    return decorate


def set_constant(module, name, value):
    need(module, name)
    setattr(module, name, value)


# --- Lambda -----------------------------------------------------------------------------------------------------------

# MiniStack starts one process per concurrent invocation, without limit; a hundred JVMs at once end every laptop.
# Queue instead, per function: that is what a real function's reserved concurrency does to its callers' retries.
FUNCTION_CONCURRENCY = int(os.environ.get("DROVER_FUNCTION_CONCURRENCY", "2"))
_gates = defaultdict(lambda: threading.BoundedSemaphore(FUNCTION_CONCURRENCY))
_gates_lock = threading.Lock()


@patch(lambda_svc, "_execute_function_provided_warm")
def _queued(original, func, event, request_id):
    name = (func.get("config") or func).get("FunctionName")
    with _gates_lock:
        gate = _gates[name]
    with gate:
        return _in_words(name, original(func, event, request_id))


# A worker's files are written here: of a full disk MiniStack would tell the number of the error alone.
def _in_words(name, result):
    body = result.get("body")
    if result.get("error") and isinstance(body, dict) and f"[Errno {errno.ENOSPC}]" in str(body.get("errorMessage")):
        body["errorMessage"] = (f"The disk of the local cloud is full, so MiniStack could not run the function {name} "
                                f"with files in {tempfile.gettempdir()}: free space there, then start the run again.")
    return result


# On AWS, SnapStart makes a version's environment when it is published and restores it at the first call; MiniStack does
# that for no provided runtime, so that a run waits for ten JVMs in turn. Made one after another, which leaves a core to
# what works meanwhile. A call that comes earlier makes its environment itself; so does one after a failure here.
_published = queue.SimpleQueue()
# A stack's versions come within seconds; the API, which all others share most of their classes with, goes first.
QUIET_SECONDS = 1
API_HANDLER = ".ApiHandler"


def _versions_of_a_deployment():
    versions = [_published.get()]
    while True:
        try:
            versions.append(_published.get(timeout=QUIET_SECONDS))
        except queue.Empty:
            return sorted(versions, key=lambda version: not version[1]["config"]["Handler"].endswith(API_HANDLER))


def _prepare(record):
    config = record["config"]
    if config["Handler"].endswith(API_HANDLER):
        _train(record)
    version = config["FunctionName"], config, record["code_zip"], config["Version"]
    # A call that comes meanwhile gets this worker, too, and waits for it.
    lambda_runtime.ensure_spawned(lambda_runtime.get_or_create_worker(*version))


def _prepare_published():
    while True:
        for context, record in _versions_of_a_deployment():
            try:
                context.run(_prepare, record)
            except Exception as failure:  # whatever it is, the first call meets it again and tells it
                print(f"{record['config']['FunctionName']} is not prepared: {failure}", file=sys.stderr, flush=True)


@patch(lambda_svc, "_publish_version")
def _publish_and_prepare(original, name, data):
    answer = original(name, data)
    if answer[0] == 201:
        record = lambda_svc._functions[name]["versions"][json.loads(answer[2])["Version"]]
        # Of what is deployed over a version the versions before are still called: twice the JVMs would be too many.
        if record["config"].get("Runtime", "").startswith("provided") and record["config"]["Version"] == "1":
            _published.put((contextvars.copy_context(), record))
    return answer


need(lambda_svc, "_functions")
need(lambda_runtime, "get_or_create_worker", "ensure_spawned", "ProvidedWorker")
threading.Thread(target=_prepare_published, daemon=True, name="drover-prepare").start()


# MiniStack ends the workers that nobody called for five minutes, but keeps the first of each function for ever. Lambda
# does not: of the functions that only a run calls each would hold a JVM, and the next run starts them again.
need(lambda_runtime, "_lock", "_workers", "_LOCAL_WORKER_TTL", "kill_workers")


@patch(lambda_svc, "reap_idle_workers")
def _end_idle(original, ttl=lambda_runtime._LOCAL_WORKER_TTL):
    latest = time.time() - ttl
    idle = []
    with lambda_runtime._lock:
        for key, workers in list(lambda_runtime._workers.items()):
            idle += [worker for worker in workers if not worker.in_use and worker.last_used < latest]
            lambda_runtime._workers[key] = [worker for worker in workers if worker not in idle]
    lambda_runtime.kill_workers(idle)
    return len(idle)


# Where the bootstrap keeps the classes of the functions, see there. It makes that archive as a function with
# DROVER_TRAINING ends, and knows by then what answering these events needs. They only read.
FUNCTION_ARCHIVES = os.environ.get("DROVER_FUNCTION_ARCHIVES")
TRAINING_LIMIT_SECONDS = ARCHIVE_LIMIT_SECONDS = 30
# Answers as the API does, and applies a segment of its own with each event.
TRAINING_HANDLER = "dev.drover.functions.training.TrainingHandler"
TRAINING_OPERATIONS = "GetConnectors", "GetServers", "GetReplicationJobs", "GetReplicationRuns"
need(lambda_runtime.ProvidedWorker, "_spawn")


def _train(record):
    if not FUNCTION_ARCHIVES:
        return
    config = {**copy.deepcopy(record["config"]), "Handler": TRAINING_HANDLER}
    config.setdefault("Environment", {}).setdefault("Variables", {})["DROVER_TRAINING"] = "1"
    worker = lambda_runtime.ProvidedWorker(config["FunctionName"], config, record["code_zip"])
    try:
        # On a busy machine longer than the 10 s of Lambda's: who is ended before leaves an archive of little use.
        worker._spawn(init_timeout=TRAINING_LIMIT_SECONDS)
        for operation in TRAINING_OPERATIONS:
            worker.invoke(_api_event(operation), responses.new_uuid())
    except RuntimeError:
        return  # it ends at once where there is an archive
    finally:
        worker.kill()
    deadline = time.monotonic() + ARCHIVE_LIMIT_SECONDS
    while list(Path(FUNCTION_ARCHIVES).glob("*.new*")) and time.monotonic() < deadline:
        time.sleep(0.1)


def _api_event(operation):
    return {
        "httpMethod": "POST", "path": "/", "resource": "/", "isBase64Encoded": False,
        "headers": {"X-Amz-Target": f"AWSServerMigrationService_V2016_10_24.{operation}",
                    "Content-Type": "application/x-amz-json-1.1"},
        "requestContext": {"stage": "prod", "identity": {"userArn": "arn:aws:iam::000000000000:root"}},
        "body": json.dumps({"replicationJobId": "sms-job-00000000"} if operation == "GetReplicationRuns" else {}),
    }


# A function's output is only in MiniStack's CloudWatch Logs, one stream an invocation: a person wants a file to tail.
FUNCTION_LOGS = os.environ.get("DROVER_FUNCTION_LOGS")


@patch(lambda_svc, "_emit_lambda_logs")
def _logged(original, func, request_id, log_text, error, duration_ms, **more):
    if FUNCTION_LOGS:
        config = func.get("config") or func
        name = config.get("FunctionName", "unknown")
        version = config.get("Version", "unknown")
        stamp = time.strftime("%H:%M:%S")
        try:
            os.makedirs(FUNCTION_LOGS, exist_ok=True)
            with open(os.path.join(FUNCTION_LOGS, f"{name}.log"), "a", encoding="utf-8") as log:
                log.write(f"--- {stamp} {request_id} version {version} {'FAILED' if error else 'ok'} {duration_ms} ms\n"
                          f"{log_text or ''}\n")
        except OSError as failure:  # what the function did is done, logged or not
            print(f"{name} is not logged: {failure}", file=sys.stderr, flush=True)
    return original(func, request_id, log_text, error, duration_ms, **more)


# --- Schedules --------------------------------------------------------------------------------------------------------

# The sweeps run every 10 s; a schedule that is due should start its run within about a second here.
set_constant(scheduler, "_SCHEDULE_TICK_INTERVAL", 1)
set_constant(eventbridge, "_SCHEDULER_TICK_INTERVAL", 1)


# An at() schedule fires once per name for ever, also when it was updated, or deleted and created again; a job keeps one
# schedule and moves its at() on. EventBridge Scheduler fires whatever the schedule says now.
def _forget_last_firing(original, name, body):
    before = responses.get_account_id(), responses.get_region()
    answer = original(name, body)
    if answer[0] == 200:
        scheduler._schedule_last_fired.pop((*before, f"{body.get('GroupName', 'default')}/{name}"), None)
    return answer


need(scheduler, "_schedule_last_fired")
patch(scheduler, "_create_schedule")(_forget_last_firing)
patch(scheduler, "_update_schedule")(_forget_last_firing)


# --- S3 ---------------------------------------------------------------------------------------------------------------

# CloudFormation's bucket drops its Tags; CDK's autoDeleteObjects asks for a tag and deletes nothing without it.
def _bucket_with_tags(original, logical_id, props, stack_name):
    name, attributes = original(logical_id, props, stack_name)
    tags = {tag["Key"]: str(tag["Value"]) for tag in props.get("Tags") or []}
    if tags:
        s3._bucket_tags[name] = tags
    return name, attributes


need(s3, "_bucket_tags")
need(provisioners, "_RESOURCE_HANDLERS")
_bucket = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
_bucket["create"] = functools.partial(_bucket_with_tags, _bucket["create"])


# Every object has a CRC-32C from its client. MiniStack takes it again byte by byte in Python, at 12 to 20 MB/s, and on
# its event loop, where all other requests wait meanwhile.
def _crc32c(body):
    return google_crc32c.value(bytes(body))  # it takes nothing else; bytes of bytes are no copy


if google_crc32c.implementation == "c":
    set_constant(s3, "_crc32c", _crc32c)
else:
    need(s3, "_crc32c")
    print("google-crc32c has no C here, so that uploads to the bucket are slow.", file=sys.stderr, flush=True)


# --- EC2 --------------------------------------------------------------------------------------------------------------

# Without a template EC2 takes the default and the latest versions of all of them, and filters by their images; MiniStack
# asks for a template and knows no filter.
need(ec2, "_ACTION_MAP", "_launch_templates", "_lt_version_xml", "_parse_filters", "_parse_member_list", "_p", "_xml")


def _template_versions(original, params):
    if ec2._p(params, "LaunchTemplateId") or ec2._p(params, "LaunchTemplateName"):
        return original(params)
    asked = ec2._parse_member_list(params, "LaunchTemplateVersion")
    images = ec2._parse_filters(params).get("image-id")
    found = ""
    for template in ec2._launch_templates.values():
        numbers = {template[name] for word, name in (("$Default", "DefaultVersionNumber"),
                                                     ("$Latest", "LatestVersionNumber")) if word in asked}
        for version in template["Versions"]:
            image = version["LaunchTemplateData"].get("ImageId")
            if version["VersionNumber"] in numbers and (images is None or image in images):
                found += ec2._lt_version_xml(version)
    return ec2._xml(200, "DescribeLaunchTemplateVersionsResponse",
                    f"<launchTemplateVersionSet>{found}</launchTemplateVersionSet>")


_VERSIONS = "DescribeLaunchTemplateVersions"
ec2._ACTION_MAP[_VERSIONS] = functools.partial(_template_versions, ec2._ACTION_MAP[_VERSIONS])


# CloudFormation's AWS::EC2::Instance, which MiniStack has no provisioner for. It calls the simulator of EC2 as
# CloudFormation calls EC2: what EC2 refuses is the reason of CREATE_FAILED. The simulator asks MiniStack for subnets and
# groups meanwhile, so that all of it runs on a worker thread, as MiniStack does with what blocks.
INSTANCE = "AWS::EC2::Instance"
INSTANCE_LIMIT_SECONDS = 120
INSTANCE_POLL_SECONDS = 0.2
# Sent to RunInstances as they stand in a template. Any other property is refused by name rather than forgotten.
INSTANCE_SAME = ("ImageId", "InstanceType", "KeyName", "SubnetId", "SecurityGroupIds", "UserData", "EbsOptimized",
                 "MetadataOptions")
INSTANCE_KNOWN = (*INSTANCE_SAME, "Tags", "PropagateTagsToVolumeOnCreation", "BlockDeviceMappings", "NetworkInterfaces",
                  "IamInstanceProfile", "Monitoring")
# "Update requires" of CloudFormation's reference: the tags change in place. Of what AWS changes by a stop and a start, or
# in place, nothing can be changed here: the simulator has no ModifyInstanceAttribute. Such an update fails and says so.
INSTANCE_REPLACING = ("ImageId", "KeyName", "SubnetId", "NetworkInterfaces", "BlockDeviceMappings", "MetadataOptions",
                      "PropagateTagsToVolumeOnCreation")
INSTANCE_CONDITIONAL = ("InstanceType", "UserData", "EbsOptimized", "SecurityGroupIds", "IamInstanceProfile")
need(provisioners, "_RESOURCE_HANDLERS", "_REPLACING_PROPERTIES", "_CONDITIONALLY_REPLACING_PROPERTIES",
     "_STACK_TAG_PROPERTY", "_tag_map", "_cfn_bool")
provisioners._REPLACING_PROPERTIES[INSTANCE] = INSTANCE_REPLACING
provisioners._CONDITIONALLY_REPLACING_PROPERTIES[INSTANCE] = INSTANCE_CONDITIONAL
# AWS passes the stack's tags on to its instances, and adds three of its own.
provisioners._STACK_TAG_PROPERTY[INSTANCE] = ("Tags", "list")


@patch(stacks, "_runs_on_worker_thread")
def _instances_on_worker_thread(original, resource_type):
    return resource_type == INSTANCE or original(resource_type)


@functools.cache
def _simulated_ec2():
    # Without retries, as a fault of the simulator shall be seen; the name lets it set tags that begin with aws:.
    return boto3.client("ec2", region_name=os.environ.get("AWS_REGION", "us-east-1"), config=botocore.config.Config(
        user_agent="cloudformation.amazonaws.com", retries={"total_max_attempts": 1}))


def _typed(value):
    """A template's numbers and booleans are often text; boto3 wants the types themselves."""
    if isinstance(value, dict):
        return {name: _typed_member(name, member) for name, member in value.items()}
    return [_typed(item) for item in value] if isinstance(value, list) else value


def _typed_member(name, value):
    if name in ("Encrypted", "DeleteOnTermination", "AssociatePublicIpAddress", "EbsOptimized", "Enabled"):
        return provisioners._cfn_bool(value)
    if name in ("VolumeSize", "Iops", "Throughput", "DeviceIndex", "HttpPutResponseHopLimit"):
        return int(value)
    return _typed(value)


def _launch_request(props):
    unknown = sorted(set(props) - set(INSTANCE_KNOWN))
    if unknown:
        raise ValueError(f"The local cloud does not launch instances with the property {unknown[0]}.")
    request = _typed({name: props[name] for name in INSTANCE_SAME if name in props})
    if "UserData" in request:  # boto3 encodes it again
        request["UserData"] = base64.b64decode(request["UserData"])
    if "BlockDeviceMappings" in props:
        request["BlockDeviceMappings"] = _typed(props["BlockDeviceMappings"])
    if "NetworkInterfaces" in props:
        request["NetworkInterfaces"] = [
            {"Groups" if name == "GroupSet" else name: value for name, value in interface.items()}
            for interface in _typed(props["NetworkInterfaces"])]
    if "IamInstanceProfile" in props:
        request["IamInstanceProfile"] = {"Name": props["IamInstanceProfile"]}
    if "Monitoring" in props:
        request["Monitoring"] = {"Enabled": provisioners._cfn_bool(props["Monitoring"])}
    tags = _tag_list(provisioners._tag_map(props.get("Tags")))
    if tags:
        types = ["instance"]
        if provisioners._cfn_bool(props.get("PropagateTagsToVolumeOnCreation", False)):
            types.append("volume")
        request["TagSpecifications"] = [{"ResourceType": each, "Tags": tags} for each in types]
    return request


def _tag_list(tags):
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def _await_instance(instance_id, state):
    deadline = time.monotonic() + INSTANCE_LIMIT_SECONDS
    while time.monotonic() < deadline:
        found = _simulated_ec2().describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]
        if found["State"]["Name"] == state:
            return found
        if found["State"]["Name"] == "terminated":
            break
        time.sleep(INSTANCE_POLL_SECONDS)
    raise ValueError(f"The instance {instance_id} did not become {state}: it is {found['State']['Name']}.")


def _create_instance(logical_id, props, stack_name):
    request = _launch_request(props)
    launched = _simulated_ec2().run_instances(MinCount=1, MaxCount=1, **request)["Instances"][0]["InstanceId"]
    try:
        return launched, _instance_attributes(_await_instance(launched, "running"))
    except Exception:
        # MiniStack knows no id of what failed, so that its rollback could not delete it.
        _simulated_ec2().terminate_instances(InstanceIds=[launched])
        raise


def _instance_attributes(instance):
    return {
        "InstanceId": instance["InstanceId"],
        "AvailabilityZone": instance["Placement"]["AvailabilityZone"],
        "PrivateIp": instance["PrivateIpAddress"], "PrivateDnsName": instance["PrivateDnsName"],
        "PublicIp": instance.get("PublicIpAddress", ""), "PublicDnsName": instance.get("PublicDnsName", ""),
        "VpcId": instance["VpcId"],
    }


def _update_instance(physical_id, old_props, new_props, stack_name):
    changed = sorted(name for name in old_props.keys() | new_props.keys()
                     if name != "Tags" and old_props.get(name) != new_props.get(name))
    if changed:
        raise ValueError(f"The local cloud does not change the property {changed[0]} of an instance in place: "
                         f"change ImageId, too, or delete {physical_id} with its stack.")
    old_tags, new_tags = (provisioners._tag_map(props.get("Tags")) for props in (old_props, new_props))
    gone = [{"Key": key} for key in sorted(old_tags.keys() - new_tags.keys())]
    if gone:
        _simulated_ec2().delete_tags(Resources=[physical_id], Tags=gone)
    if new_tags:
        _simulated_ec2().create_tags(Resources=[physical_id], Tags=_tag_list(new_tags))
    return physical_id, _instance_attributes(_await_instance(physical_id, "running"))


def _delete_instance(physical_id, props):
    try:
        _simulated_ec2().terminate_instances(InstanceIds=[physical_id])
        _await_instance(physical_id, "terminated")
    except botocore.exceptions.ClientError as refusal:
        if refusal.response["Error"]["Code"] != "InvalidInstanceID.NotFound":
            raise


provisioners._RESOURCE_HANDLERS[INSTANCE] = {
    "create": _create_instance, "update": _update_instance, "delete": _delete_instance,
}


# --- KMS --------------------------------------------------------------------------------------------------------------

# The key that AWS manages for EBS: KMS makes it when somebody asks for it first. The simulator of EC2 names it so.
EBS_KEY = "00000000-0000-4000-8000-00000000eb50"
EBS_KEY_ALIAS = "alias/aws/ebs"
need(kms, "_keys", "_create_key", "_arn")


@patch(kms, "_resolve_key")
def _with_key_for_ebs(original, key):
    if key and key.endswith(EBS_KEY_ALIAS):
        key = EBS_KEY
    if key in (EBS_KEY, kms._arn(EBS_KEY)) and EBS_KEY not in kms._keys:
        made = json.loads(kms._create_key({"Description": "Default key for EBS"})[2])["KeyMetadata"]["KeyId"]
        kms._keys[EBS_KEY] = {**kms._keys.pop(made), "KeyId": EBS_KEY, "Arn": kms._arn(EBS_KEY)}
    return original(key)


# --- Step Functions ---------------------------------------------------------------------------------------------------

HEARTBEAT_SCALE = float(os.environ.get("DROVER_HEARTBEAT_SCALE", "1"))

# The execution that a thread works for; Step Functions' code passes it to states, not to what they call.
_thread = threading.local()
# Guards "who closes a task first": heartbeat timeout, abort, success or failure.
_tokens_lock = threading.Lock()
_last_beat = {}
_tokens_of_execution = defaultdict(set)


def _is_over(execution):
    return execution is not None and execution.get("status") != "RUNNING"


# HeartbeatSeconds and TimeoutSeconds may be JSONata or a path; MiniStack hands the raw text to a timer, or ignores it.
def _seconds(state, field, raw_input, ctx):
    if field in state and isinstance(state[field], str):
        return sfn._jsonata_state_field(state, field, "number", raw_input, ctx)
    if field + "Path" in state:
        return sfn._resolve_path(state[field + "Path"], sfn._apply_input_path(state, raw_input, ctx))
    return state.get(field)


need(sfn, "_jsonata_state_field", "_resolve_path", "_apply_input_path", "_task_tokens", "_executions",
     "_state_machines", "_add_event", "_emit_execution_status_event", "_ExecutionError", "now_iso")


@patch(sfn, "_execute_task")
def _task_with_seconds(original, state, raw_input, execution, ctx):
    _thread.execution = execution
    resolved = dict(state)
    for field in ("HeartbeatSeconds", "TimeoutSeconds"):
        value = _seconds(state, field, raw_input, ctx)
        if value is not None:
            resolved[field] = value
    return original(resolved, raw_input, execution, ctx)


# HeartbeatSeconds is ignored: a connector that falls silent would hold its run for seven days.
# And a task of an execution that was stopped keeps its token valid until its timeout; AWS refuses it at once.
@patch(sfn, "_invoke_with_callback")
def _callback_with_heartbeat(original, resource, input_data, token, state):
    execution = getattr(_thread, "execution", None)
    arn = (execution or {}).get("executionArn")
    if _is_over(execution):
        raise sfn._ExecutionError("States.TaskFailed", "The execution is over.")
    done = threading.Event()
    with _tokens_lock:
        _last_beat[token] = time.monotonic()
        _tokens_of_execution[arn].add(token)
    heartbeat = state.get("HeartbeatSeconds")
    if heartbeat:
        # The copied context carries account and region, by which MiniStack keeps its tokens apart.
        watch = functools.partial(contextvars.copy_context().run, _watch_heartbeat, token, heartbeat, done)
        threading.Thread(target=watch, daemon=True, name="drover-heartbeat").start()
    _thread.token = token
    try:
        return original(resource, input_data, token, state)
    finally:
        _thread.token = None
        done.set()
        with _tokens_lock:
            _last_beat.pop(token, None)
            _tokens_of_execution[arn].discard(token)
            if not _tokens_of_execution[arn]:
                del _tokens_of_execution[arn]


# What a function throws that was to hand the token on is dropped, and the task waits for its timeout; AWS fails it.
@patch(sfn, "_call_lambda")
def _call_that_may_fail_a_waiting_task(original, func_ref, event):
    try:
        return original(func_ref, event)
    except sfn._ExecutionError as failure:
        token = getattr(_thread, "token", None)
        if token:
            with _tokens_lock:
                _close(token, failure.error, failure.cause)
        raise


def _watch_heartbeat(token, heartbeat, done):
    limit = heartbeat * HEARTBEAT_SCALE
    remaining = limit
    while not done.wait(max(remaining, 0.01)):
        with _tokens_lock:
            remaining = _last_beat.get(token, 0) + limit - time.monotonic()
            if remaining <= 0:
                _close(token, "States.HeartbeatTimeout", f"No heartbeat within {heartbeat} seconds.")
                return


def _close(token, error, cause):
    """Fails a task that waits for its token; the caller holds the lock."""
    info = sfn._task_tokens.get(token)
    if info and not info["event"].is_set():
        info["error"] = {"Error": error, "Cause": cause}
        info["event"].set()


# A token is good for one answer, and none after a timeout; MiniStack takes a second one until the state has gone on.
def _answer_once(original, data):
    token = data.get("taskToken")
    with _tokens_lock:
        info = sfn._task_tokens.get(token)
        if info and info["event"].is_set():
            return responses.error_response_json("TaskTimedOut", "The task is closed.", 400)
        if token in _last_beat:
            _last_beat[token] = time.monotonic()
        return original(data)


patch(sfn, "_send_task_success")(_answer_once)
patch(sfn, "_send_task_failure")(_answer_once)
patch(sfn, "_send_task_heartbeat")(_answer_once)


@patch(sfn, "_stop_execution")
def _stop_with_tasks(original, data):
    answer = original(data)
    if answer[0] == 200:
        _close_tasks_of(data.get("executionArn"))
    return answer


def _close_tasks_of(arn):
    with _tokens_lock:
        for token in list(_tokens_of_execution.get(arn, ())):
            _close(token, "States.TaskFailed", "The execution is over.")


# What an aborted or timed-out execution's last state comes to must not turn it into FAILED, nor make it try again.
@patch(sfn, "_fail_execution")
def _fail_once(original, execution, error, cause):
    if not _is_over(execution):
        original(execution, error, cause)


# MaxDelaySeconds is ignored, so that late retries wait up to a minute where the machine says five seconds.
@patch(sfn, "_find_matching_retrier")
def _retrier_with_max_delay(original, retriers, error, retry_counts):
    if _is_over(getattr(_thread, "execution", None)):
        return None, -1
    retrier, index = original(retriers, error, retry_counts)
    if retrier is not None and "MaxDelaySeconds" in retrier:
        grown = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** retry_counts.get(index, 0)
        retrier = {**retrier, "IntervalSeconds": min(grown, retrier["MaxDelaySeconds"]), "BackoffRate": 1.0}
    return retrier, index


# The machine's own TimeoutSeconds is ignored, so that nothing ever is TIMED_OUT.
@patch(sfn, "_run_execution")
def _run_with_timeout(original, arn):
    execution = sfn._executions.get(arn)
    limit = _machine_timeout_seconds(execution)
    if limit is None:
        return original(arn)
    expire = functools.partial(contextvars.copy_context().run, _time_out, execution)
    timer = threading.Timer(limit, expire)
    timer.daemon = True
    timer.start()
    try:
        return original(arn)
    finally:
        timer.cancel()


def _machine_timeout_seconds(execution):
    machine = sfn._state_machines.get(execution["stateMachineArn"]) if execution else None
    try:
        return json.loads(machine["definition"]).get("TimeoutSeconds") if machine else None
    except ValueError:
        return None


def _time_out(execution):
    if _is_over(execution):
        return
    execution["status"] = "TIMED_OUT"
    execution["error"] = "States.Timeout"
    execution["stopDate"] = sfn.now_iso()
    sfn._add_event(execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": {"error": "States.Timeout"}})
    sfn._emit_execution_status_event(execution)
    _close_tasks_of(execution["executionArn"])


# --- The cloud's end --------------------------------------------------------------------------------------------------

def _start_time(pid):
    """The process's start in clock ticks, which tells it from a later one with the same id; None when it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields[19]


def _processes_of_this_cloud():
    marker = f"DROVER_CLOUD={os.environ['DROVER_CLOUD']}".encode()
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and marker in (entry / "environ").read_bytes().split(b"\0"):
                yield int(entry.name)
        except OSError:
            continue


# A launcher that is killed outright (kill -9, out of memory) cannot take its private cloud down; this does.
def _end_with_owner(pid, home):
    started = _start_time(pid)
    while started is not None and _start_time(pid) == started:
        time.sleep(0.5)
    for _ in range(5):
        others = [p for p in _processes_of_this_cloud() if p not in (os.getpid(), pid)]
        for other in others:
            try:
                os.kill(other, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if not others:
            break
        time.sleep(0.1)
    if home:
        shutil.rmtree(home, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    owner = os.environ.pop("DROVER_OWNER_PID", None)
    if owner:
        threading.Thread(target=_end_with_owner, args=(int(owner), os.environ.pop("DROVER_OWNED_HOME", None)),
                         daemon=True, name="drover-owner").start()
    app.main()
