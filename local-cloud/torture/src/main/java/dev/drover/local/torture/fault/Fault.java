package dev.drover.local.torture.fault;

/** One thing that goes wrong, from when it begins until it is healed. */
public interface Fault {
  /** Lays it down. */
  void begin();

  /** Takes it away; afterwards the world is as before, but for what it did. */
  void heal();

  /** How often it has done something. */
  int strikes();
}
