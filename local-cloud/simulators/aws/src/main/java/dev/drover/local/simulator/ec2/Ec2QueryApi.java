package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.fault.CallGate;
import dev.drover.local.simulator.fault.FaultRule;
import dev.drover.local.simulator.fault.Faults;
import dev.drover.local.simulator.guest.Guests;
import dev.drover.local.simulator.http.CredentialScope;
import dev.drover.local.simulator.http.Request;
import dev.drover.local.simulator.http.Response;
import dev.drover.local.simulator.http.Service;
import dev.drover.local.simulator.image.ImageStore;
import dev.drover.local.simulator.imports.ImportStore;
import dev.drover.local.simulator.instance.InstanceStore;
import dev.drover.local.simulator.snapshot.Account;
import dev.drover.local.simulator.snapshot.EncryptionByDefault;
import dev.drover.local.simulator.snapshot.SnapshotStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The EC2 Query API: images, snapshots, instances and their volumes, with tags and encryption. What
 * the simulator does not own is passed on.
 */
public final class Ec2QueryApi implements Service {
  /** More than any call that is passed on: RunInstances carries 16 KiB of user data. */
  private static final int MAX_BODY_BYTES = 1024 * 1024;

  private static final String CONTENT_TYPE = "text/xml;charset=UTF-8";

  private static final String CLOUDFORMATION = "cloudformation.amazonaws.com";

  private final SnapshotStore snapshots;
  private final ImportStore imports;
  private final CallGate gate;
  private final @Nullable Forwarder forwarder;
  private final Map<String, Ec2Action> actions = new HashMap<>();

  public Ec2QueryApi(
      Account account,
      SnapshotStore snapshots,
      ImageStore images,
      InstanceStore instances,
      ImportStore imports,
      Guests guests,
      EncryptionByDefault encryptionByDefault,
      Faults faults,
      InstantSource clock,
      Duration availabilityDelay,
      CallGate gate,
      @Nullable Forwarder forwarder) {
    this.snapshots = snapshots;
    this.imports = imports;
    this.gate = gate;
    this.forwarder = forwarder;
    addSnapshots(new SnapshotActions(account, snapshots, images));
    addImages(new ImageActions(account, images, clock), images);
    actions.put("RegisterImage", new RegisterImage(snapshots, images, clock, availabilityDelay));
    ImportTaskActions importTasks = new ImportTaskActions(imports, clock, availabilityDelay);
    addImports(
        new ImportImage(
            account,
            snapshots,
            imports,
            encryptionByDefault,
            faults,
            clock,
            availabilityDelay,
            importTasks),
        importTasks);
    addTags(new TagActions(snapshots, images, instances));
    InstanceActions instanceActions =
        new InstanceActions(account, instances, guests, clock, availabilityDelay);
    addInstances(instanceActions, new VolumeActions(instances));
    actions.put(
        "RunInstances",
        new RunInstances(
            images,
            instances,
            new LaunchVolumes(account, snapshots, encryptionByDefault),
            new Network(account, forwarder),
            new InstanceRoles(account, forwarder),
            guests,
            instanceActions,
            clock,
            availabilityDelay));
    addEncryption(new EncryptionActions(encryptionByDefault, account));
  }

  @Override
  public Response answer(Request request) throws IOException {
    byte[] body = request.body(MAX_BODY_BYTES);
    Map<String, String> form;
    try {
      form = form(request, body);
    } catch (IllegalArgumentException malformed) {
      return error(Ec2Refusal.of("MalformedQueryString", malformed.toString()), newRequestId());
    }
    return answer(request, body, form);
  }

  /** What a call gets that could not be carried out, with the reason for people. */
  public static Response failed(String message) {
    return error(Ec2Refusal.internal(message), newRequestId());
  }

  private Response answer(Request request, byte[] body, Map<String, String> form)
      throws IOException {
    String name = form.getOrDefault("Action", "none");
    Ec2Action action = actions.get(name);
    if (action == null || (forwarder != null && !owns(action, form))) {
      return gate.pass(name, Ec2QueryApi::refused, () -> passOn(name, request, body));
    }
    return gate.pass(name, Ec2QueryApi::refused, () -> answer(name, action, request, form));
  }

  private Response answer(
      String name, Ec2Action action, Request request, Map<String, String> form) {
    String requestId = newRequestId();
    try {
      requireSignature(request);
      QueryParameters parameters = QueryParameters.of(form, isFromCloudFormation(request));
      if (parameters.flag("DryRun").orElse(false)) {
        throw Ec2Refusal.dryRun();
      }
      byte[] document =
          XmlElement.document(
              name + "Response",
              answer -> run(action, ignoreCommon(parameters), answer.text("requestId", requestId)));
      return Response.of(200, CONTENT_TYPE, document);
    } catch (Ec2Refusal refusal) {
      return error(refusal, requestId);
    }
  }

  private void run(Ec2Action action, QueryParameters parameters, XmlElement answer) {
    // Images and snapshots refer to each other: one call at a time sees and changes both.
    synchronized (snapshots) {
      try {
        imports.settle();
        action.answer(parameters, answer);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  private Response passOn(String name, Request request, byte[] body) throws IOException {
    if (forwarder == null) {
      return error(
          Ec2Refusal.of(
              "InvalidAction",
              "The action " + name + " is not simulated, and there is nothing to pass it on to"),
          newRequestId());
    }
    return forwarder.forward(request, body);
  }

  private static boolean owns(Ec2Action action, Map<String, String> form) {
    try {
      return action.owns(QueryParameters.of(form));
    } catch (Ec2Refusal malformed) {
      return true;
    }
  }

  private static void requireSignature(Request request) {
    if (!CredentialScope.service(request).equals(Optional.of("ec2"))) {
      throw Ec2Refusal.notSigned();
    }
  }

  /**
   * So CloudTrail shows CloudFormation's calls, and ministack_drover.py its own, with more behind.
   */
  private static boolean isFromCloudFormation(Request request) {
    return request
        .header("User-Agent")
        .filter(agent -> agent.startsWith(CLOUDFORMATION))
        .isPresent();
  }

  private static QueryParameters ignoreCommon(QueryParameters parameters) {
    parameters.text("Action");
    parameters.text("Version");
    return parameters;
  }

  private static Map<String, String> form(Request request, byte[] body) {
    Map<String, String> form = new HashMap<>(request.query());
    form.putAll(Request.parseForm(new String(body, StandardCharsets.UTF_8)));
    return form;
  }

  private static Response refused(FaultRule.Refusal refusal) {
    Ec2Refusal worded =
        switch (refusal) {
          case THROTTLE_ACCOUNT, THROTTLE_SNAPSHOT -> Ec2Refusal.throttled();
          case SERVER_ERROR -> Ec2Refusal.internal();
        };
    return error(worded, newRequestId());
  }

  private static String newRequestId() {
    return UUID.randomUUID().toString();
  }

  private static Response error(Ec2Refusal refusal, String requestId) {
    String message = String.valueOf(refusal.getMessage());
    return Response.of(
        refusal.status(),
        CONTENT_TYPE,
        XmlElement.errorDocument(refusal.code(), message, requestId));
  }

  private void addSnapshots(SnapshotActions snapshotActions) {
    actions.put("DescribeSnapshots", snapshotActions::describe);
    actions.put("DeleteSnapshot", snapshotActions::delete);
  }

  private void addImages(ImageActions imageActions, ImageStore images) {
    Predicate<String> isOwn = images::knows;
    actions.put(
        "DescribeImages",
        new OwnedAction(
            imageActions::describe,
            parameters ->
                parameters.texts("ImageId").stream().anyMatch(isOwn)
                    || (!parameters.has("ImageId")
                        && (!parameters.has("Owner")
                            || parameters.texts("Owner").stream().anyMatch(imageActions::isMe)))));
    Predicate<QueryParameters> namesOwn =
        parameters -> parameters.text("ImageId").filter(isOwn).isPresent();
    actions.put("DeregisterImage", new OwnedAction(imageActions::deregister, namesOwn));
    actions.put(
        "DescribeImageAttribute", new OwnedAction(imageActions::describeAttribute, namesOwn));
    actions.put("ModifyImageAttribute", new OwnedAction(imageActions::modifyAttribute, namesOwn));
  }

  private void addImports(ImportImage start, ImportTaskActions tasks) {
    actions.put("ImportImage", start);
    actions.put("DescribeImportImageTasks", tasks::describe);
    actions.put("CancelImportTask", tasks::cancel);
  }

  private void addTags(TagActions tags) {
    actions.put("CreateTags", new OwnedAction(tags::create, tags::ownsResources));
    actions.put("DeleteTags", new OwnedAction(tags::delete, tags::ownsResources));
    actions.put("DescribeTags", new OwnedAction(tags::describe, tags::ownsFilters));
  }

  private void addInstances(InstanceActions instances, VolumeActions volumes) {
    actions.put("DescribeInstances", instances::describe);
    actions.put("DescribeInstanceStatus", instances::describeStatus);
    actions.put("TerminateInstances", instances::terminate);
    actions.put("GetConsoleOutput", instances::consoleOutput);
    actions.put("DescribeVolumes", volumes::describe);
    actions.put("DeleteVolume", volumes::delete);
    actions.put(
        "DescribeLaunchTemplateVersions",
        new OwnedAction(ComputeActions::describeLaunchTemplateVersions, _ -> false));
  }

  private void addEncryption(EncryptionActions encryption) {
    actions.put("GetEbsEncryptionByDefault", encryption::get);
    actions.put("EnableEbsEncryptionByDefault", encryption::enable);
    actions.put("DisableEbsEncryptionByDefault", encryption::disable);
    actions.put("GetEbsDefaultKmsKeyId", encryption::getDefaultKey);
  }

  /** An action that is the simulator's only for its own resources. */
  private record OwnedAction(Ec2Action action, Predicate<QueryParameters> condition)
      implements Ec2Action {
    @Override
    public void answer(QueryParameters parameters, XmlElement answer) throws IOException {
      action.answer(parameters, answer);
    }

    @Override
    public boolean owns(QueryParameters parameters) {
      return condition.test(parameters);
    }
  }
}
