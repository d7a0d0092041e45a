package dev.drover.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a server boots. */
public enum Firmware {
  /** A PC BIOS. */
  @JsonProperty("bios")
  BIOS,
  /** UEFI. */
  @JsonProperty("uefi")
  UEFI
}
