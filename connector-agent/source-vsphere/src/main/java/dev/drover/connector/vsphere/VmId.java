package dev.drover.connector.vsphere;

import dev.drover.connector.vsphere.soap.Moref;
import dev.drover.connector.vsphere.soap.PropertySet;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Drover calls a VM: the reference that is its own on this vCenter, so that a clone with the
 * same uuid stays another server, and the instance uuid, so that no other VM is taken for it when
 * the reference is given again (a host numbers its VMs; a vCenter may be built anew).
 *
 * @param moref for example {@code vm-49}
 * @param instanceUuid in lower case; empty where the host tells none
 */
record VmId(String moref, String instanceUuid) {
  private static final Pattern TEXT =
      Pattern.compile("(?<moref>[A-Za-z0-9-]{1,64})(_(?<uuid>[0-9a-f-]{1,64}))?");

  static VmId of(PropertySet vm) {
    return new VmId(vm.object().value(), uuid(vm.text("config.instanceUuid")));
  }

  /** From the text that {@link #text} made; empty for what is none. */
  static Optional<VmId> parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String uuid = parts.group("uuid");
    return Optional.of(new VmId(parts.group("moref"), uuid == null ? "" : uuid));
  }

  private static String uuid(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.matches("[0-9a-f-]{1,64}") ? lower : "";
  }

  /** For example {@code vm-49_5029b0f2-4f3c-0d3e-9c0a-1d2f3a4b5c6d}. */
  String text() {
    return instanceUuid.isEmpty() ? moref : moref + "_" + instanceUuid;
  }

  Moref reference() {
    return new Moref("VirtualMachine", moref);
  }
}
