package dev.drover.connector.folder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A file that holds a disk, or several, and is not one byte for byte. Told by its own mark, never
 * by its name. What a raw disk may well begin with is no mark: LUKS, ISO 9660, a file system.
 *
 * @param name what it is, as in "x is …"
 * @param command makes a raw image of it; takes the file and the image
 * @param marks one of them is enough
 * @see <a href="https://gitlab.com/qemu-project/qemu/-/tree/master/block">QEMU's block drivers</a>
 */
record ForeignFormat(String name, String command, List<Mark> marks) {
  private static final List<ForeignFormat> KNOWN =
      List.of(
          qemu("a qcow image", "qcow", begins("QFI\u00fb\0\0\0\1")),
          qemu("a qcow2 image", "qcow2", begins("QFI\u00fb")),
          qemu("a QED image", "qed", begins("QED\0")),
          qemu("a VMDK image", "vmdk", begins("KDMV")),
          qemu("a VMDK image", "vmdk", begins("COWD")),
          qemu("a VMDK image (seSparse)", "vmdk", begins("\u00be\u00ba\u00fe\u00ca\0\0\0\0")),
          qemu(
              "a VMDK descriptor, which only names the disk's files",
              "vmdk",
              begins("# Disk DescriptorFile")),
          qemu("a VHDX image", "vhdx", begins("vhdxfile")),
          qemu("a VHD image", "vpc", begins("conectix"), ends("conectix")),
          qemu("a VirtualBox image (VDI)", "vdi", new Mark(0x40, "\177\20\u00da\u00be", false)),
          qemu("a Parallels image", "parallels", begins("WithoutFreeSpace")),
          qemu("a Parallels image", "parallels", begins("WithouFreSpacExt")),
          qemu("an Apple disk image (DMG)", "dmg", ends("koly")),
          packed("compressed by gzip", "gzip -dc", begins("\37\u008b\b")),
          packed("compressed by xz", "xz -dc", begins("\u00fd7zXZ\0")),
          packed("compressed by zstd", "zstd -dc", begins("(\u00b5/\u00fd")),
          packed("compressed by bzip2", "bzip2 -dc", bzip2()),
          packed("compressed by lz4", "lz4 -dc", begins("\4\"M\30")),
          packed("compressed by lzop", "lzop -dc", begins("\u0089LZO\0\r\n\32\n")),
          packed("a zip archive", "unzip -p", begins("PK\3\4")),
          packed("a 7z archive", "7z x -so", begins("7z\u00bc\u00af'\34")),
          new ForeignFormat(
              "a tar archive (an OVA?)",
              "tar -xOf %s NAME-OF-THE-DISK > %s",
              List.of(new Mark(257, "ustar", false))),
          new ForeignFormat(
              "a Proxmox backup (VMA)", "vma extract %s NEW-FOLDER", List.of(begins("VMA\0"))),
          new ForeignFormat(
              "a partclone image",
              "partclone.restore -C -s %s -o %s",
              List.of(begins("partclone-image"))));

  /**
   * What tells a format.
   *
   * @param offset in bytes, from where the head or the tail begins
   * @param text a character for each byte
   */
  private record Mark(int offset, String text, boolean inTail) {
    boolean isIn(ImageEnds ends) {
      return inTail
          ? ends.tail().length() == ImageEnds.TAIL_BYTES && ends.tail().startsWith(text, offset)
          : ends.head().startsWith(text, offset);
    }
  }

  static Optional<ForeignFormat> of(ImageEnds ends) {
    return KNOWN.stream()
        .filter(format -> format.marks.stream().anyMatch(mark -> mark.isIn(ends)))
        .findFirst();
  }

  /** What the file is and what makes a raw image of it; nothing that stands is written over. */
  String sentence(Path file) {
    return file
        + " is "
        + name
        + ", not a raw disk image: make one ("
        + command.formatted(quoted(file), quoted(unusedName(file)))
        + ") and move this file away. If its bytes are the disk as it is, write 'format: raw' in"
        + " server.yaml.";
  }

  private static Path unusedName(Path file) {
    String name = EntryName.decoded(file);
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    return Stream.of(stem, stem + ".raw", stem + ".img", stem + "-raw.img")
        .filter(candidate -> candidate.endsWith(".img") || candidate.endsWith(".raw"))
        .map(file::resolveSibling)
        .filter(Files::notExists)
        .findFirst()
        .orElseGet(() -> file.resolveSibling(name + "-raw.img"));
  }

  private static String quoted(Path file) {
    String text = file.toString();
    return text.matches("[A-Za-z0-9_./+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  private static ForeignFormat qemu(String name, String driver, Mark... marks) {
    return new ForeignFormat(
        name, "qemu-img convert -f " + driver + " -O raw %s %s", List.of(marks));
  }

  private static ForeignFormat packed(String name, String unpack, Mark... marks) {
    return new ForeignFormat(name, unpack + " %s > %s", List.of(marks));
  }

  /** Its header has the level, a digit. */
  private static Mark[] bzip2() {
    return IntStream.rangeClosed(1, 9)
        .mapToObj(level -> begins("BZh" + level + "1AY&SY"))
        .toArray(Mark[]::new);
  }

  private static Mark begins(String text) {
    return new Mark(0, text, false);
  }

  private static Mark ends(String text) {
    return new Mark(0, text, true);
  }
}
