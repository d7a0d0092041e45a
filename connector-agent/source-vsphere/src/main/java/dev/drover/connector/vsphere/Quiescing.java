package dev.drover.connector.vsphere;

/** Whether a guest's file systems are brought to rest for the instant of a VM snapshot. */
public enum Quiescing {
  /** They must be: a VM whose guest cannot do that is refused. */
  REQUIRED,
  /** Where the guest can; else the copy is as after a power cut, and the run says so. */
  IF_POSSIBLE,
  /** Never: each copy of a running VM is as after a power cut. */
  NEVER
}
