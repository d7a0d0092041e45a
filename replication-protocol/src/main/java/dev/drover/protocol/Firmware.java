package dev.drover.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a server boots. */
public enum Firmware {
  @JsonProperty("bios")
  BIOS,
  @JsonProperty("uefi")
  UEFI
}
