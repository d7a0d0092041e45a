package dev.drover.connector.vsphere;

import dev.drover.connector.source.DiskStream;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.source.StreamContent;
import dev.drover.connector.vsphere.soap.VimClient;
import dev.drover.connector.vsphere.soap.VimFault;
import dev.drover.connector.vsphere.vmdk.StreamOptimizedReader;
import dev.drover.connector.vsphere.vmdk.VmdkFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A disk of a VM snapshot, read as its host exports it: whole, from the beginning. */
record ExportedDisk(VimClient vim, SharedExport export, VirtualDisk disk) implements StreamContent {
  @Override
  public DiskStream open() {
    try {
      ExportLease lease = export.join();
      try {
        return new Pass(lease);
      } catch (RuntimeException e) {
        export.leave(false);
        throw e;
      }
    } catch (VimFault e) {
      throw e.toSourceException();
    }
  }

  private final class Pass implements DiskStream {
    private final ExportLease lease;
    private final URI address;
    private final InputStream in;
    private final StreamOptimizedReader reader;
    private long position;
    private boolean whole;
    private boolean closed;

    Pass(ExportLease lease) {
      this.lease = lease;
      this.address = lease.address(disk);
      this.in = vim.download(address);
      try {
        this.reader = new StreamOptimizedReader(in, disk.capacityBytes());
      } catch (IOException e) {
        closeQuietly(in);
        throw vim.broken(address, e);
      } catch (VmdkFormatException e) {
        closeQuietly(in);
        throw malformed(e);
      }
    }

    @Override
    public @Nullable Stretch next() {
      export.requireOpen();
      try {
        StreamOptimizedReader.Grain grain = reader.next();
        long passed = grain == null ? disk.capacityBytes() : grain.offsetBytes();
        lease.passed(passed - position);
        position = passed;
        whole |= grain == null;
        return grain == null ? null : new Stretch(grain.offsetBytes(), grain.data());
      } catch (IOException e) {
        throw vim.broken(address, e);
      } catch (VmdkFormatException e) {
        throw malformed(e);
      }
    }

    private SourceUnavailableException malformed(VmdkFormatException e) {
      return new SourceUnavailableException(
          address.getHost()
              + " sent '"
              + disk.label()
              + "' as a stream that is not right ("
              + e.getMessage()
              + "): nothing of it is believed and it is tried again; if it stays, look at the"
              + " network and the VM's events.",
          e);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        reader.close();
        closeQuietly(in);
        export.leave(whole);
      }
    }
  }

  private static void closeQuietly(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      // Nobody reads it any more.
    }
  }
}
