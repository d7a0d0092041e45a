package dev.drover.connector.vsphere;

import dev.drover.connector.source.DiskStream;
import dev.drover.connector.source.SourceException;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.source.StreamContent;
import dev.drover.connector.vsphere.soap.Moref;
import dev.drover.connector.vsphere.soap.Properties;
import dev.drover.connector.vsphere.soap.VimClient;
import dev.drover.connector.vsphere.soap.VimFault;
import dev.drover.connector.vsphere.vmdk.StreamOptimizedReader;
import dev.drover.connector.vsphere.vmdk.VmdkFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A disk of a VM snapshot, read as its host exports it: whole, from the beginning.
 *
 * @param vm whose disk it is
 * @param turns so many are read at once
 * @param watch of the datastores, while it is read
 * @param standing whether the snapshot is there still
 */
record ExportedDisk(
    VimClient vim,
    Moref vm,
    SharedExport export,
    VirtualDisk disk,
    Turns turns,
    SpaceWatch watch,
    Standing standing)
    implements StreamContent {
  @Override
  public DiskStream open() {
    return openIfFree()
        .orElseThrow(
            () ->
                new SourceUnavailableException(
                    "As many disks are read of the host or datastore of '"
                        + disk.label()
                        + "' as the source's limits allow; it is tried again.",
                    null));
  }

  /**
   * The turn comes before the lease: a VM must not wait for its vMotion because others are read.
   */
  @Override
  public Optional<DiskStream> openIfFree() {
    try {
      Turns.Place place = place();
      return turns.take(place) ? Optional.of(open(place)) : Optional.empty();
    } catch (VimFault e) {
      throw standing.explained(e.toSourceException());
    } catch (SourceException e) {
      throw standing.explained(e);
    }
  }

  /** The host as it is now: a VM moves between two passes. */
  private Turns.Place place() {
    Moref host = new Properties(vim).of(vm, "runtime.host").ref("runtime.host");
    return new Turns.Place(host == null ? "" : host.value(), disk.datastore());
  }

  private DiskStream open(Turns.Place place) {
    try {
      ExportLease lease = export.join();
      try {
        return new Pass(lease, place);
      } catch (RuntimeException e) {
        export.leave(false);
        throw e;
      }
    } catch (RuntimeException e) {
      turns.giveBack(place);
      throw e;
    }
  }

  private final class Pass implements DiskStream {
    private final ExportLease lease;
    private final Turns.Place place;
    private final URI address;
    private final InputStream in;
    private final StreamOptimizedReader reader;
    private long position;
    private boolean whole;
    private boolean closed;

    Pass(ExportLease lease, Turns.Place place) {
      this.lease = lease;
      this.place = place;
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
      watch.look();
      try {
        StreamOptimizedReader.Grain grain = reader.next();
        long passed = grain == null ? disk.capacityBytes() : grain.offsetBytes();
        lease.passed(passed - position);
        position = passed;
        whole |= grain == null;
        return grain == null ? null : new Stretch(grain.offsetBytes(), grain.data());
      } catch (IOException e) {
        throw standing.explained(vim.broken(address, e));
      } catch (VmdkFormatException e) {
        throw standing.explained(malformed(e));
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
        turns.giveBack(place);
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
