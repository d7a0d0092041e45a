package dev.drover.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens to blocks of zeros. */
public enum ZeroPolicy {
  /** They are blocks like others: always right, and the only policy of this build. */
  @JsonProperty("send")
  SEND
}
