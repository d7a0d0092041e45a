package dev.drover.local.bench;

import dev.drover.connector.vsphere.vmdk.StreamOptimizedReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An exported disk, made raw: by the parser of the vSphere source, and by qemu-img. */
record StreamParse(Path vmdk, Path raw, long sizeBytes) {
  /** An image as a host would export it, one streamOptimized VMDK. */
  static StreamParse of(BenchDisk disk, Path work) throws IOException {
    StreamParse parse =
        new StreamParse(work.resolve("disk.vmdk"), work.resolve("disk.raw"), disk.sizeBytes());
    convert(
        "raw", disk.image(), List.of("-O", "vmdk", "-o", "subformat=streamOptimized"), parse.vmdk);
    return parse;
  }

  /** Every check of the parser included; what the stream leaves out becomes holes. */
  void parse() throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(vmdk));
        StreamOptimizedReader reader = new StreamOptimizedReader(in, sizeBytes);
        FileChannel out =
            FileChannel.open(
                raw,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
      for (StreamOptimizedReader.Grain grain = reader.next();
          grain != null;
          grain = reader.next()) {
        ByteBuffer data = grain.data();
        long at = grain.offsetBytes();
        while (data.hasRemaining()) {
          at += out.write(data, at);
        }
      }
    }
  }

  /** The same by qemu-img, on as many threads as it takes. */
  void byQemu() throws IOException {
    convert("vmdk", vmdk, List.of("-O", "raw"), raw);
  }

  /** What follows may want the room. */
  void remove() throws IOException {
    Files.delete(vmdk);
    Files.delete(raw);
  }

  private static void convert(String format, Path from, List<String> options, Path to)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("qemu-img", "convert", "-f", format));
    command.addAll(options);
    command.addAll(List.of(from.toString(), to.toString()));
    Program.run(command, Map.of());
  }
}
