package dev.drover.local.launcher;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code demo}: shows the whole way of the data on real disks and proves the result. */
@Command(name = "demo", description = "Replicate a server twice and compare byte for byte.")
final class DemoCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new LocalCloudException("to come");
  }
}
