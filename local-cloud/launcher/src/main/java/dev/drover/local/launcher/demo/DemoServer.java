package dev.drover.local.launcher.demo;

import dev.drover.local.launcher.cloud.CloudHome;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Reason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A server as a connector's folder source sees it: a boot disk with a partition table, and a data
 * disk that is one file system; both ext4, filled with files of this machine.
 */
final class DemoServer {
  private static final long BYTES_PER_MIB = 1024 * 1024;
  private static final long KIB_PER_MIB = 1024;
  private static final long ROOT_DISK_MIB = 800;
  private static final long DATA_DISK_MIB = 464;

  /** What the files take; the rest is the file systems' own and some free space. */
  private static final long ROOT_CONTENT_MIB = 690;

  private static final long DATA_CONTENT_MIB = 370;

  /** Where every partitioning tool puts the first partition. */
  private static final long PARTITION_START_MIB = 1;

  /** Bounds the time that making the file systems takes. */
  private static final int MAX_FILES_PER_DISK = 12_000;

  private static final int SECTOR_BYTES = 512;
  private static final int PARTITION_ENTRY = 446;
  private static final byte ACTIVE = (byte) 0x80;
  private static final byte LINUX = (byte) 0x83;
  private static final short MBR_SIGNATURE = (short) 0xAA55;

  private final Path servers;
  private final Path folder;
  private final DemoTools tools;
  private long fileCount;

  DemoServer(Path servers, String name, DemoTools tools) {
    this.servers = servers;
    this.folder = servers.resolve(name);
    this.tools = tools;
  }

  /** The folder that the connector serves. */
  Path servers() {
    return servers;
  }

  Path rootDisk() {
    return folder.resolve("root.img");
  }

  Path dataDisk() {
    return folder.resolve("data.img");
  }

  long sizeBytes() {
    return (ROOT_DISK_MIB + DATA_DISK_MIB) * BYTES_PER_MIB;
  }

  long fileCount() {
    return fileCount;
  }

  /**
   * Makes the disks from the files below some folders, the first ones first.
   *
   * @param beforeEachFile ends it by throwing
   */
  void make(List<Path> sources, Runnable beforeEachFile) {
    Path trees = servers.resolveSibling("trees");
    try {
      Files.createDirectories(folder);
      DemoFiles files = new DemoFiles(sources, beforeEachFile);
      Path root = trees.resolve("root");
      layOutBootDisk(root);
      fileCount += files.fill(root, ROOT_CONTENT_MIB * BYTES_PER_MIB, MAX_FILES_PER_DISK);
      makeRootDisk(root);
      CloudHome.remove(root);
      Path data = trees.resolve("data");
      Files.createDirectories(data);
      fileCount += files.fill(data, DATA_CONTENT_MIB * BYTES_PER_MIB, MAX_FILES_PER_DISK);
      setLength(dataDisk(), DATA_DISK_MIB);
      tools.makeExt4(dataDisk(), 0, DATA_DISK_MIB * KIB_PER_MIB, "data", data);
      CloudHome.remove(trees);
      Files.writeString(
          folder.resolve("server.yaml"),
          """
          name: %s
          os: Debian GNU/Linux 13 (64-bit)
          firmware: bios
          cpus: 2
          memoryMib: 2048
          """
              .formatted(folder.getFileName()));
    } catch (IOException e) {
      throw new LocalCloudException(
          "Cannot make the demo's server in " + folder + ": " + Reason.of(e, folder), e);
    }
  }

  /** Adds, replaces and removes files on the data disk, as a running server would. */
  void changeDataDisk() {
    Path source = folder.resolveSibling("change.bin");
    try {
      // Content that compresses badly and is nowhere on the disk yet.
      byte[] content = new byte[(int) (6 * BYTES_PER_MIB)];
      new java.util.Random(42).nextBytes(content);
      Files.write(source, content);
      tools.changeExt4(
          dataDisk(),
          List.of(
              "mkdir /changed",
              "write " + source + " /changed/report-2.bin",
              "write " + Path.of(System.getProperty("java.home"), "release") + " /changed/release",
              "rm /notes.txt",
              "write " + Path.of(System.getProperty("java.home"), "release") + " /notes.txt"));
      Files.delete(source);
    } catch (IOException e) {
      throw new LocalCloudException("Cannot change " + dataDisk() + ": " + Reason.of(e), e);
    }
    if (!tools.isSoundExt4(dataDisk())) {
      throw new LocalCloudException("debugfs left faults in " + dataDisk() + ": that is no demo.");
    }
  }

  private void layOutBootDisk(Path root) throws IOException {
    for (String name : List.of("boot/grub", "etc", "home", "usr/lib", "var/log", "root")) {
      Files.createDirectories(root.resolve(name));
    }
    Files.writeString(root.resolve("etc/hostname"), folder.getFileName() + "\n");
    Files.writeString(
        root.resolve("etc/fstab"),
        "LABEL=root / ext4 defaults 0 1\nLABEL=data /srv ext4 defaults 0 2\n");
    Files.writeString(root.resolve("boot/grub/grub.cfg"), "set root=(hd0,msdos1)\n");
  }

  private void makeRootDisk(Path tree) throws IOException {
    setLength(rootDisk(), ROOT_DISK_MIB);
    tools.makeExt4(
        rootDisk(),
        PARTITION_START_MIB * BYTES_PER_MIB,
        (ROOT_DISK_MIB - PARTITION_START_MIB) * KIB_PER_MIB,
        "root",
        tree);
    ByteBuffer mbr = ByteBuffer.allocate(SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long sectorsPerMib = BYTES_PER_MIB / SECTOR_BYTES;
    mbr.put(PARTITION_ENTRY, ACTIVE);
    mbr.put(PARTITION_ENTRY + 4, LINUX);
    mbr.putInt(PARTITION_ENTRY + 8, (int) (PARTITION_START_MIB * sectorsPerMib));
    mbr.putInt(PARTITION_ENTRY + 12, (int) ((ROOT_DISK_MIB - PARTITION_START_MIB) * sectorsPerMib));
    mbr.putShort(SECTOR_BYTES - 2, MBR_SIGNATURE);
    try (FileChannel disk = FileChannel.open(rootDisk(), StandardOpenOption.WRITE)) {
      disk.write(mbr, 0);
    }
  }

  private static void setLength(Path disk, long sizeMib) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(sizeMib * BYTES_PER_MIB);
    }
  }
}
