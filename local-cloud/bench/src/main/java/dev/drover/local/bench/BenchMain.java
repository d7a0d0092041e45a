package dev.drover.local.bench;

import dev.drover.connector.pipeline.DiskResult;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.LocalCloudSettings;
import dev.drover.local.launcher.cloud.Repository;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.StackContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command. */
@Command(
    name = "bench",
    description = "Measure Drover against what this machine can do, each as a ratio in one run.",
    mixinStandardHelpOptions = true)
public final class BenchMain implements Callable<Integer> {
  private static final int DEFAULT_MIB = 1024;
  private static final int PART_WITH_JOB = 5;

  @Option(names = "--mib", description = "size of the disk (default: ${DEFAULT-VALUE})")
  private int mib = DEFAULT_MIB;

  @Option(
      names = "--sparse-gib",
      description = "measure the memory of a pass over so many GiB of zeros, and nothing else")
  private int sparseGib;

  @Option(
      names = "--catalog",
      description = "measure the API over a catalog of so many servers, and nothing else")
  private int catalog;

  private BenchMain() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    CommandLine commandLine = new CommandLine(new BenchMain());
    commandLine.setExecutionExceptionHandler(BenchMain::explain);
    System.exit(commandLine.execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    Repository repository = Repository.containing(Path.of(""));
    // The script removes it, however this ends.
    Path work = Files.createTempDirectory("bench-");
    if (sparseGib > 0) {
      sparse(work, sparseGib);
      return 0;
    }
    if (catalog > 0) {
      catalog(repository, work);
      return 0;
    }
    BenchDisk disk = BenchDisk.make(work.resolve("servers"), mib);
    System.out.printf(
        Locale.ROOT,
        "%,d MiB, three tenths zeros, four text, three noise; %d cores, JDK %s%n",
        mib,
        Runtime.getRuntime().availableProcessors(),
        Runtime.version());
    DiskResult full = passes(disk, work);
    whole(disk, full, repository, work);
    return 0;
  }

  private void catalog(Repository repository, Path work) throws IOException {
    int withJob = Math.max(1, catalog / PART_WITH_JOB);
    Path home = work.resolve("cloud");
    LocalCloudSettings settings =
        new LocalCloudSettings(
            repository, home, LocalCloudSettings.Lifetime.THIS_PROCESS, step -> {});
    System.out.printf(
        Locale.ROOT,
        "%,d servers, %,d of them with a job; %d cores, JDK %s%n",
        catalog,
        withJob,
        Runtime.getRuntime().availableProcessors(),
        Runtime.version());
    try (DeployedStack stack = DeployedStack.start(settings, StackContext.LOCAL)) {
      Path log = home.resolve("logs").resolve("functions").resolve("Drover-SmsApi.log");
      CatalogBench.of(stack, work, log, catalog, withJob);
    }
  }

  private static void sparse(Path work, int gib) throws IOException {
    for (int each : List.of(1, gib)) {
      SparsePass.Outcome outcome = SparsePass.of(work, each);
      line(
          String.format(Locale.ROOT, "%,d GiB of zeros", each),
          String.format(
              Locale.ROOT,
              "%5d MiB resident at most, %.0f s, %.0f MiB/s",
              outcome.peakMib(),
              outcome.seconds(),
              Duel.mibPerSecond((long) each << 30, outcome.seconds())));
    }
  }

  private static DiskResult passes(BenchDisk disk, Path work) throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    MachineLimit limit = new MachineLimit(disk.image(), cores);
    PipelinePass pipeline =
        new PipelinePass(disk, work.resolve("state"), Stores.discarding(), cores);
    DiskResult full = pipeline.full();
    long compressed = limit.readDigestCompress();
    Duel fullPass = Duel.of(pipeline::full, limit::readDigestCompress);
    line(
        "full pass",
        fullPass.text("zero check, SHA-256 and zstd 1 on all cores", disk.sizeBytes()));
    Duel second = Duel.of(() -> pipeline.unchanged(full), limit::readDigest);
    line(
        "unchanged second pass",
        second.text("zero check and SHA-256 on all cores", disk.sizeBytes()));
    line(
        "bytes sent",
        String.format(
            Locale.ROOT,
            "%5.2f of the disk, %.3f of its blocks' zstd frames; unchanged: %d bytes",
            (double) full.bytesSent() / disk.sizeBytes(),
            (double) full.bytesSent() / compressed,
            pipeline.unchanged(full).bytesSent()));
    exported(disk, work);
    restic(disk, work, cores);
    return full;
  }

  private static void exported(BenchDisk disk, Path work) throws IOException {
    if (!OtherTools.installed("qemu-img")) {
      line("exported VMDK to raw", "qemu-img is not installed here");
      return;
    }
    StreamParse stream = StreamParse.of(disk, work);
    Duel duel = Duel.of(stream::parse, stream::byQemu);
    line("exported VMDK to raw", duel.text("qemu-img convert", disk.sizeBytes()));
    stream.remove();
  }

  private static void restic(BenchDisk disk, Path work, int cores) throws IOException {
    if (!OtherTools.installed("restic")) {
      line("full pass against restic", "restic is not installed here");
      return;
    }
    double theirs = OtherTools.resticSeconds(disk.image(), work.resolve("restic"));
    PipelinePass toFiles =
        new PipelinePass(
            disk, work.resolve("state-files"), Stores.folder(work.resolve("objects")), cores);
    Duel duel = new Duel(Duel.seconds(toFiles::full), theirs);
    line("full pass against restic", duel.text("restic backup, both to files", disk.sizeBytes()));
  }

  private static void whole(BenchDisk disk, DiskResult full, Repository repository, Path work)
      throws IOException {
    LocalCloudSettings settings =
        new LocalCloudSettings(
            repository,
            work.resolve("cloud"),
            LocalCloudSettings.Lifetime.THIS_PROCESS,
            step -> {});
    try (DeployedStack stack = DeployedStack.start(settings, StackContext.LOCAL)) {
      CloudRun run = CloudRun.of(disk, stack);
      String seconds =
          String.format(
              Locale.ROOT,
              "%5.1f s from the job to its AMI, %.0f MiB/s",
              run.seconds(),
              Duel.mibPerSecond(disk.sizeBytes(), run.seconds()));
      if (OtherTools.installed("coldsnap")) {
        double theirs = OtherTools.coldsnapSeconds(disk.image(), stack);
        line(
            "first run on the local cloud",
            seconds
                + String.format(
                    Locale.ROOT, "; %.1f times coldsnap's %.1f s", run.seconds() / theirs, theirs));
      } else {
        line("first run on the local cloud", seconds + "; coldsnap is not installed here");
      }
      line(
          "connector's peak memory",
          String.format(
              Locale.ROOT,
              "%5d MiB resident, JVM and all; it read %,d MiB",
              run.connectorPeakMib(),
              full.bytesRead() >> 20));
    }
  }

  private static int explain(
      Exception exception, CommandLine commandLine, CommandLine.ParseResult parsed) {
    if (exception instanceof LocalCloudException) {
      commandLine.getErr().println("drover: " + exception.getMessage());
    } else {
      exception.printStackTrace(commandLine.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static void line(String what, String figure) {
    System.out.printf(Locale.ROOT, "  %-30s %s%n", what, figure);
  }
}
