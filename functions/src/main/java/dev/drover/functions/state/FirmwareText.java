package dev.drover.functions.state;

import dev.drover.protocol.Firmware;
import java.util.Locale;

/** A firmware in the table: {@code bios} or {@code uefi}. */
final class FirmwareText {
  private FirmwareText() {}

  static String of(Firmware firmware) {
    return firmware.name().toLowerCase(Locale.ROOT);
  }

  static Firmware parse(String text) {
    return Firmware.valueOf(text.toUpperCase(Locale.ROOT));
  }
}
