package dev.drover.functions.report;

import dev.drover.functions.account.Ec2Text;
import dev.drover.functions.state.Servers;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Shortened;
import dev.drover.protocol.message.Report.InventoryDisk;
import dev.drover.protocol.message.Report.InventoryServer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which servers of an inventory come into the catalog: those of which an image can be made. A
 * connector has looked before; this is for what it does not know, and for one that lies.
 */
final class ServerGate {
  private static final int MAX_TEXT_CHARS = 1_024;

  /** Of a name in a sentence. */
  private static final int MAX_SHOWN_CHARS = 60;

  private ServerGate() {}

  /** What is wrong with the server, the end of a sentence; the empty text when nothing is. */
  static String objection(EnvironmentName environment, InventoryServer machine) {
    if (machine.vmId().isEmpty()) {
      return "its hypervisor's id is empty";
    }
    if (machine.disks().size() > InventoryServer.MAX_DISKS) {
      return "it has "
          + machine.disks().size()
          + " disks, an image can have "
          + InventoryServer.MAX_DISKS;
    }
    if (machine.disks().stream().map(InventoryDisk::diskId).distinct().count()
        < machine.disks().size()) {
      return "two of its disks have the same id";
    }
    return Stream.of(
            Servers.fits(environment, machine.vmId()) ? "" : "its hypervisor's id is too long",
            unfit("its name", machine.name()),
            unfit("its path", machine.vmPath()),
            unfit("its operating system", machine.os()),
            machine.disks().stream()
                .map(disk -> tooLong("a disk's name", disk.name()))
                .filter(objection -> !objection.isEmpty())
                .findFirst()
                .orElse(""))
        .filter(objection -> !objection.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** The server as a sentence names it. */
  static String named(InventoryServer machine) {
    String name = machine.name().isBlank() ? machine.vmId() : machine.name();
    return "'" + Shortened.shown(Ec2Text.tagValue(name), MAX_SHOWN_CHARS) + "'";
  }

  private static String unfit(String what, @Nullable String text) {
    if (text != null && !Ec2Text.isPrintable(text)) {
      return what + " has a control character, which EC2 does not take: rename it";
    }
    return tooLong(what, text);
  }

  private static String tooLong(String what, @Nullable String text) {
    return text == null || text.length() <= MAX_TEXT_CHARS
        ? ""
        : what + " has " + text.length() + " characters, at most " + MAX_TEXT_CHARS;
  }
}
