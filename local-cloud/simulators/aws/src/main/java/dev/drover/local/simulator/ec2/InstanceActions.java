package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.guest.Guests;
import dev.drover.local.simulator.instance.InstanceRecord;
import dev.drover.local.simulator.instance.InstanceRecord.State;
import dev.drover.local.simulator.instance.InstanceStore;
import dev.drover.local.simulator.instance.VolumeRecord;
import dev.drover.local.simulator.snapshot.Account;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * DescribeInstances, DescribeInstanceStatus, TerminateInstances and GetConsoleOutput.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html">
 *     Instance</a>
 */
final class InstanceActions {
  private final Account account;
  private final InstanceStore instances;
  private final InstantSource clock;
  private final Duration endDelay;
  private final Guests guests;

  InstanceActions(
      Account account,
      InstanceStore instances,
      Guests guests,
      InstantSource clock,
      Duration endDelay) {
    this.account = account;
    this.instances = instances;
    this.guests = guests;
    this.clock = clock;
    this.endDelay = endDelay;
  }

  void describe(QueryParameters parameters, XmlElement answer) {
    List<String> ids = parameters.texts("InstanceId");
    Filters filters = Filters.of(parameters);
    Paging paging = Paging.of(parameters, !ids.isEmpty());
    parameters.refuseUnknown();
    List<InstanceRecord> matching =
        selected(ids).stream()
            .filter(instance -> filters.accept(name -> of(instance, name), instance.tags()))
            .toList();
    Paging.Page<InstanceRecord> page = paging.page(matching, InstanceRecord::id);
    Map<String, List<InstanceRecord>> reservations = new LinkedHashMap<>();
    for (InstanceRecord instance : page.items()) {
      reservations.computeIfAbsent(instance.reservationId(), _ -> new ArrayList<>()).add(instance);
    }
    answer.items("reservationSet", reservations.values(), this::describe);
    answer.text("nextToken", page.nextToken().orElse(null));
  }

  /**
   * The states without checks: no system boots that could pass one, so that both say {@code
   * initializing} for ever.
   */
  void describeStatus(QueryParameters parameters, XmlElement answer) {
    List<String> ids = parameters.texts("InstanceId");
    boolean all = parameters.flag("IncludeAllInstances").orElse(false);
    Filters filters = Filters.of(parameters);
    Paging paging = Paging.of(parameters, !ids.isEmpty());
    parameters.refuseUnknown();
    List<InstanceRecord> matching =
        selected(ids).stream()
            .filter(instance -> all || instances.state(instance) == State.RUNNING)
            .filter(instance -> filters.accept(name -> of(instance, name), instance.tags()))
            .toList();
    Paging.Page<InstanceRecord> page = paging.page(matching, InstanceRecord::id);
    answer.items(
        "instanceStatusSet",
        page.items(),
        (item, instance) -> {
          State state = instances.state(instance);
          String check = state == State.RUNNING ? "initializing" : "not-applicable";
          item.text("instanceId", instance.id())
              .text("availabilityZone", instance.availabilityZone())
              .element("instanceState", e -> describe(e, state))
              .element("systemStatus", e -> e.text("status", check))
              .element("instanceStatus", e -> e.text("status", check));
        });
    answer.text("nextToken", page.nextToken().orElse(null));
  }

  /** Idempotent; nothing is terminated when one id is unknown. */
  void terminate(QueryParameters parameters, XmlElement answer) throws IOException {
    List<String> ids = parameters.texts("InstanceId");
    parameters.refuseUnknown();
    if (ids.isEmpty()) {
      throw Ec2Refusal.of("MissingParameter", "The request must contain the parameter InstanceId");
    }
    record Change(String id, State before, State after) {}
    List<Change> changes = new ArrayList<>();
    for (InstanceRecord instance : find(ids)) {
      State before = instances.state(instance);
      InstanceRecord ending = instances.terminate(instance, endDelay);
      guests.end(instance.id());
      changes.add(new Change(instance.id(), before, instances.state(ending)));
    }
    answer.items(
        "instancesSet",
        changes,
        (item, change) ->
            item.text("instanceId", change.id())
                .element("currentState", e -> describe(e, change.after()))
                .element("previousState", e -> describe(e, change.before())));
  }

  /** What its user data printed, and what the simulator says of it. */
  void consoleOutput(QueryParameters parameters, XmlElement answer) throws IOException {
    InstanceRecord instance = find(parameters.required("InstanceId"));
    parameters.flag("Latest");
    parameters.refuseUnknown();
    answer
        .text("instanceId", instance.id())
        .time("timestamp", clock.instant())
        .text("output", Base64.getEncoder().encodeToString(guests.console(instance.id())));
  }

  /** A reservation: instances of one launch. */
  void describe(XmlElement answer, List<InstanceRecord> launched) {
    answer
        .text("reservationId", launched.getFirst().reservationId())
        .text("ownerId", account.id())
        .items("groupSet", List.of(), (_, _) -> {})
        .items("instancesSet", launched, this::describe);
  }

  private List<InstanceRecord> selected(List<String> ids) {
    return ids.isEmpty() ? instances.list() : find(ids);
  }

  private List<InstanceRecord> find(List<String> ids) {
    return ids.stream().map(this::find).toList();
  }

  private InstanceRecord find(String id) {
    if (!id.matches("i-[0-9a-f]+")) {
      throw Ec2Refusal.of("InvalidInstanceID.Malformed", "Invalid id: \"" + id + "\"");
    }
    return instances.find(id).orElseThrow(() -> Ec2Refusal.instanceNotFound(id));
  }

  private Collection<String> of(InstanceRecord instance, String filter) {
    return switch (filter) {
      case "instance-id" -> Filters.only(instance.id());
      case "image-id" -> Filters.only(instance.imageId());
      case "instance-type" -> Filters.only(instance.instanceType());
      case "instance-state-name" -> Filters.only(instances.state(instance).word());
      case "instance-state-code" -> Filters.only(instances.state(instance).code());
      case "subnet-id" -> Filters.only(instance.subnetId());
      case "vpc-id" -> Filters.only(instance.vpcId());
      case "availability-zone" -> Filters.only(instance.availabilityZone());
      case "reservation-id" -> Filters.only(instance.reservationId());
      case "owner-id" -> Filters.only(account.id());
      case "private-ip-address" -> Filters.only(instance.privateIp());
      case "key-name" -> Stream.ofNullable(instance.keyName()).toList();
      case "client-token" -> Stream.ofNullable(instance.clientToken()).toList();
      case "instance.group-id" -> instance.securityGroupIds();
      case "block-device-mapping.volume-id" ->
          instances.volumesOf(instance).stream().map(VolumeRecord::id).toList();
      default -> throw Filters.unknown(filter);
    };
  }

  private void describe(XmlElement item, InstanceRecord instance) {
    State state = instances.state(instance);
    item.text("instanceId", instance.id())
        .text("imageId", instance.imageId())
        .element("instanceState", e -> describe(e, state))
        .text("clientToken", Optional.ofNullable(instance.clientToken()).orElse(""))
        .text("amiLaunchIndex", 0)
        .text("instanceType", instance.instanceType())
        .text("keyName", instance.keyName())
        .time("launchTime", Instant.ofEpochMilli(instance.launchedAtMillis()))
        .element("placement", e -> e.text("availabilityZone", instance.availabilityZone()))
        .element("monitoring", e -> e.text("state", "disabled"))
        .text("architecture", instance.architecture())
        .text("rootDeviceType", "ebs")
        .text("rootDeviceName", instance.rootDeviceName())
        .text("virtualizationType", "hvm")
        .text("hypervisor", "xen")
        .element(
            "metadataOptions",
            e -> e.text("state", "applied").text("httpTokens", instance.httpTokens()))
        .tags(instance.tags());
    String profile = instance.instanceProfile();
    if (profile != null) {
      String arn =
          profile.startsWith("arn:")
              ? profile
              : "arn:aws:iam::" + account.id() + ":instance-profile/" + profile;
      item.element("iamInstanceProfile", e -> e.text("arn", arn));
    }
    // EC2 forgets a terminated instance's network and volumes.
    if (state != State.TERMINATED) {
      place(item, instance);
    }
  }

  private void place(XmlElement item, InstanceRecord instance) {
    item.text("subnetId", instance.subnetId())
        .text("vpcId", instance.vpcId())
        .text("privateIpAddress", instance.privateIp())
        .text("privateDnsName", LaunchNetwork.privateName(instance, account.region()))
        .text("ipAddress", instance.publicIp())
        .text("dnsName", LaunchNetwork.publicName(instance, account.region()))
        .items(
            "groupSet",
            instance.securityGroups().entrySet(),
            (group, entry) ->
                group.text("groupId", entry.getKey()).text("groupName", entry.getValue()))
        .items(
            "blockDeviceMapping",
            instances.volumesOf(instance),
            (mapping, volume) ->
                mapping
                    .text("deviceName", volume.deviceName())
                    .element(
                        "ebs",
                        ebs ->
                            ebs.text("volumeId", volume.id())
                                .text("status", "attached")
                                .time("attachTime", Instant.ofEpochMilli(volume.createdAtMillis()))
                                .text("deleteOnTermination", volume.deleteOnTermination())));
  }

  private static void describe(XmlElement element, State state) {
    element.text("code", state.code()).text("name", state.word());
  }
}
