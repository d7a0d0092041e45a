package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.guest.Guests;
import dev.drover.local.simulator.image.ImageRecord;
import dev.drover.local.simulator.image.ImageStore;
import dev.drover.local.simulator.instance.InstanceRecord;
import dev.drover.local.simulator.instance.InstanceRecord.State;
import dev.drover.local.simulator.instance.InstanceStore;
import dev.drover.local.simulator.snapshot.ResourceIds;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * RunInstances from AMIs of this account. No AMI boots: an instance is its description, its states,
 * its volumes and its guest, which runs the user data. Whether there is the instance profile is
 * seen when the guest asks for its keys.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html">
 *     RunInstances</a>
 */
final class RunInstances implements Ec2Action {
  /** Before its encoding. */
  private static final int MAX_USER_DATA_BYTES = 16 * 1024;

  private static final int MAX_COUNT = 100;
  private static final int MAX_TOKEN_CHARS = 64;
  private static final String INSTANCE_TYPE =
      "[a-z][a-z0-9-]*\\.(nano|micro|small|medium|large|(\\d+)?xlarge|metal(-\\d+xl)?)";
  private static final String DEFAULT_INSTANCE_TYPE = "m1.small";
  private static final Set<String> TAGGED = Set.of("instance", "volume");

  private final ImageStore images;
  private final InstanceStore instances;
  private final LaunchVolumes volumes;
  private final Network network;
  private final InstanceRoles roles;
  private final Guests guests;
  private final InstanceActions description;
  private final InstantSource clock;
  private final Duration startDelay;
  private final ResourceIds ids = new ResourceIds();

  RunInstances(
      ImageStore images,
      InstanceStore instances,
      LaunchVolumes volumes,
      Network network,
      InstanceRoles roles,
      Guests guests,
      InstanceActions description,
      InstantSource clock,
      Duration startDelay) {
    this.images = images;
    this.instances = instances;
    this.volumes = volumes;
    this.network = network;
    this.roles = roles;
    this.guests = guests;
    this.description = description;
    this.clock = clock;
    this.startDelay = startDelay;
  }

  @Override
  public void answer(QueryParameters parameters, XmlElement answer) throws IOException {
    Optional<String> token = parameters.text("ClientToken");
    List<InstanceRecord> launched = token.map(this::launchedWith).orElse(List.of());
    if (launched.isEmpty()) {
      launched = launch(parameters, token.orElse(null));
    } else if (!launched.getFirst().requestDigest().equals(parameters.digest())) {
      throw Ec2Refusal.of(
          "IdempotentParameterMismatch",
          "Arguments on this idempotent request are inconsistent with arguments used in previous"
              + " request(s).");
    }
    description.describe(answer, launched);
  }

  private List<InstanceRecord> launchedWith(String token) {
    if (token.length() > MAX_TOKEN_CHARS || !token.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw Ec2Refusal.invalidValue("ClientToken has at most 64 ASCII characters");
    }
    return instances.list().stream()
        .filter(instance -> token.equals(instance.clientToken()))
        .toList();
  }

  private List<InstanceRecord> launch(QueryParameters parameters, @Nullable String token)
      throws IOException {
    ImageRecord image = image(parameters.required("ImageId"));
    int count = count(parameters);
    String instanceType = instanceType(parameters);
    String httpTokens = httpTokens(parameters, image);
    Optional<String> keyName = parameters.text("KeyName");
    Optional<String> userData = parameters.text("UserData");
    userData.ifPresent(RunInstances::checkUserData);
    List<LaunchVolumes.Plan> plans = volumes.plan(image, parameters);
    Map<String, String> tags = TagSet.specified(parameters, "instance", TAGGED);
    Map<String, String> volumeTags = TagSet.specified(parameters, "volume", TAGGED);
    String profile = profile(parameters.below("IamInstanceProfile"));
    parameters.flag("EbsOptimized");
    parameters.below("Monitoring").flag("Enabled");
    LaunchNetwork place = LaunchNetwork.of(parameters, network);
    parameters.refuseUnknown();
    if (keyName.isPresent()) {
      network.requireKeyPair(keyName.get());
    }
    if (profile != null) {
      roles.requireProfile(profile);
    }
    String reservation = ids.next("r-");
    List<InstanceRecord> launched = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long now = clock.millis();
      InstanceRecord instance =
          new InstanceRecord(
              ids.next("i-"),
              reservation,
              token,
              parameters.digest(),
              image.id(),
              image.architecture(),
              image.rootDeviceName(),
              instanceType,
              keyName.orElse(null),
              profile,
              userData.orElse(null),
              httpTokens,
              place.subnet().id(),
              place.subnet().vpcId(),
              place.subnet().availabilityZone(),
              place.groups(),
              place.freeAddress(privateAddresses(place)),
              place.publicIp() ? LaunchNetwork.publicAddress(publicAddresses()) : null,
              tags,
              now,
              now + startDelay.toMillis(),
              null);
      instances.add(
          instance, plans.stream().map(p -> volumes.volume(p, instance, volumeTags)).toList());
      launched.add(instance);
      guests.start(instance);
    }
    return launched;
  }

  private ImageRecord image(String id) {
    if (!id.matches("ami-[0-9a-f]+")) {
      throw Ec2Refusal.of("InvalidAMIID.Malformed", "Invalid id: \"" + id + "\"");
    }
    if (images.isDeregistered(id)) {
      throw Ec2Refusal.of(
          "InvalidAMIID.Unavailable", "The image ID '" + id + "' is no longer available");
    }
    ImageRecord image = images.find(id).orElseThrow(() -> Ec2Refusal.imageNotFound(id));
    if (clock.millis() < image.availableAtMillis()) {
      throw Ec2Refusal.of(
          "InvalidAMIID.Unavailable", "The image ID '" + id + "' is pending, not available");
    }
    return image;
  }

  private static int count(QueryParameters parameters) {
    parameters.required("MinCount");
    parameters.required("MaxCount");
    int least = parameters.number("MinCount").orElseThrow();
    int most = parameters.number("MaxCount").orElseThrow();
    if (least < 1 || most < least || most > MAX_COUNT) {
      throw Ec2Refusal.invalidValue(
          "MinCount and MaxCount are from 1 to " + MAX_COUNT + ", not " + least + " and " + most);
    }
    return most;
  }

  private static String instanceType(QueryParameters parameters) {
    String type = parameters.text("InstanceType").orElse(DEFAULT_INSTANCE_TYPE);
    if (!type.matches(INSTANCE_TYPE)) {
      throw Ec2Refusal.invalidValue("Invalid value '" + type + "' for InstanceType.");
    }
    return type;
  }

  /** An AMI with ImdsSupport v2.0 requires tokens unless the launch says otherwise. */
  private static String httpTokens(QueryParameters parameters, ImageRecord image) {
    QueryParameters options = parameters.below("MetadataOptions");
    options.text("HttpEndpoint");
    options.number("HttpPutResponseHopLimit");
    options.text("InstanceMetadataTags");
    String tokens =
        options.text("HttpTokens").orElse(image.imdsSupport() == null ? "optional" : "required");
    if (!Set.of("optional", "required").contains(tokens)) {
      throw Ec2Refusal.invalidValue(
          "Value (" + tokens + ") for parameter MetadataOptions.HttpTokens is invalid.");
    }
    return tokens;
  }

  private static void checkUserData(String text) {
    byte[] data;
    try {
      data = Base64.getDecoder().decode(text.replaceAll("\\s", ""));
    } catch (IllegalArgumentException malformed) {
      throw Ec2Refusal.of("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.");
    }
    if (data.length > MAX_USER_DATA_BYTES) {
      throw Ec2Refusal.invalidValue("User data is limited to 16384 bytes");
    }
  }

  private static @Nullable String profile(QueryParameters profile) {
    return profile.text("Name").or(() -> profile.text("Arn")).orElse(null);
  }

  private Set<String> privateAddresses(LaunchNetwork place) {
    return addresses(
        instance -> instance.subnetId().equals(place.subnet().id()) ? instance.privateIp() : null);
  }

  private Set<String> publicAddresses() {
    return addresses(InstanceRecord::publicIp);
  }

  private Set<String> addresses(Function<InstanceRecord, @Nullable String> address) {
    return instances.list().stream()
        .filter(instance -> instances.state(instance) != State.TERMINATED)
        .map(address)
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }
}
