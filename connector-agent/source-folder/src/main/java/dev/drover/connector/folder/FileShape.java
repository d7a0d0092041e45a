package dev.drover.connector.folder;

import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Files that have no mark of their own and yet a shape that no disk has. */
final class FileShape {
  private static final int TAR_HEADER_BYTES = 512;
  private static final int TAR_SUM_AT = 148;
  private static final int TAR_SUM_BYTES = 8;
  private static final int OCTAL = 8;

  private static final int LZMA_PROPERTIES_END = 225;
  private static final int LZMA_SIZE_AT = 5;
  private static final int LZMA_HEADER_BYTES = 13;
  private static final int LZMA_MOST_SIZE_BITS = 38;

  private static final int CPIO_MAGIC = 0x71c7;
  private static final int CPIO_MAGIC_SWAPPED = 0xc771;
  private static final int CPIO_NAME_BYTES_AT = 20;
  private static final int CPIO_NAME_AT = 26;
  private static final int CPIO_MOST_NAME_BYTES = 4_096;

  private static final int PE_OFFSET_AT = 0x3c;

  private static final int DELETE = 0x7f;
  private static final int TEXT_HEAD_CHARS = 4_096;
  private static final String UTF8_MARK = "\u00ef\u00bb\u00bf";

  private static final Pattern MULTIPART =
      Pattern.compile("--[!-~]{1,70}\r?\nContent-[DT]", Pattern.CASE_INSENSITIVE);
  private static final Pattern AWS_CHUNK =
      Pattern.compile("[0-9a-f]{1,16};chunk-signature=", Pattern.CASE_INSENSITIVE);
  private static final Pattern MESSAGE_HEAD =
      Pattern.compile("HTTP/[0-9.]{1,3} [0-9]{3}|Content-[A-Z-]+: ", Pattern.CASE_INSENSITIVE);

  private static final String VHD_COOKIE = "conectix";
  private static final int VHD_FOOTER_BYTES = 512;
  private static final int VHD_SIZE_AT = 48;

  private FileShape() {}

  /** What was saved with what carries it over the network: the disk begins somewhere behind. */
  static boolean isOfTheNetwork(ImageEnds file) {
    return Stream.of(MULTIPART, AWS_CHUNK, MESSAGE_HEAD)
        .anyMatch(head -> head.matcher(file.head()).lookingAt());
  }

  /**
   * A fixed VHD behind whose footer somebody put zeros or a line break. The footer says where it
   * stands: behind as many bytes as the disk has.
   */
  static boolean isPaddedVhd(ImageEnds file) {
    String end = file.end();
    int footer = end.lastIndexOf(VHD_COOKIE);
    if (footer < 0 || footer + VHD_FOOTER_BYTES > end.length()) {
      return false;
    }
    long diskBytes = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      diskBytes = diskBytes << Byte.SIZE | end.charAt(footer + VHD_SIZE_AT + i);
    }
    return diskBytes == file.sizeBytes() - end.length() + footer
        && end.substring(footer + VHD_FOOTER_BYTES)
            .chars()
            .allMatch(character -> character == 0 || character == '\n' || character == '\r');
  }

  /** Any tar: its first header has the sum of its own bytes. */
  static boolean isTar(ImageEnds file) {
    String head = file.head();
    if (head.length() < TAR_HEADER_BYTES || head.charAt(0) == 0) {
      return false;
    }
    String stated = head.substring(TAR_SUM_AT, TAR_SUM_AT + TAR_SUM_BYTES);
    int sum = TAR_SUM_BYTES * ' ';
    for (int i = 0; i < TAR_HEADER_BYTES; i++) {
      boolean ofSum = i >= TAR_SUM_AT && i < TAR_SUM_AT + TAR_SUM_BYTES;
      sum += ofSum ? 0 : head.charAt(i);
    }
    String digits = stated.replace('\0', ' ').strip();
    return digits.matches("[0-7]{1,7}") && Integer.parseInt(digits, OCTAL) == sum;
  }

  /**
   * A cpio archive in binary, of either byte order.
   *
   * @see <a href="https://man.freebsd.org/cgi/man.cgi?query=cpio&sektion=5">cpio(5)</a>
   */
  static boolean isBinaryCpio(ImageEnds file) {
    boolean swapped = file.shortAt(0) == CPIO_MAGIC_SWAPPED;
    int written = file.shortAt(CPIO_NAME_BYTES_AT);
    int nameBytes = swapped ? Integer.reverseBytes(written) >>> Short.SIZE : written;
    return (swapped || file.shortAt(0) == CPIO_MAGIC)
        && nameBytes > 1
        && nameBytes <= CPIO_MOST_NAME_BYTES
        && file.byteAt(CPIO_NAME_AT) > ' '
        && file.byteAt(CPIO_NAME_AT + nameBytes - 1) == 0;
  }

  /**
   * What {@code xz --format=lzma} writes: properties, a dictionary of 2^n or 2^n + 2^(n-1) bytes,
   * the size or -1.
   *
   * @see <a href="https://tukaani.org/xz/lzma-file-format.txt">The .lzma file format</a>, which
   *     says how to tell one
   */
  static boolean isLzma(ImageEnds file) {
    if (file.head().length() <= LZMA_HEADER_BYTES || file.byteAt(0) >= LZMA_PROPERTIES_END) {
      return false;
    }
    long dictionary = file.intAt(1);
    long rest = dictionary - Long.highestOneBit(dictionary);
    boolean plausible = rest == 0 || rest == Long.highestOneBit(dictionary) / 2;
    long size = file.longAt(LZMA_SIZE_AT);
    // The first byte of the range coder is always 0.
    return dictionary >= 1 << 12
        && plausible
        && (size == -1 || (size > 0 && size >>> LZMA_MOST_SIZE_BITS == 0))
        && file.byteAt(LZMA_HEADER_BYTES) == 0;
  }

  /** A program for Windows or UEFI; a Linux kernel that UEFI can start is one. */
  static boolean isPortableExecutable(ImageEnds file) {
    return file.head().startsWith("MZ")
        && file.head().startsWith("PE\0\0", (int) Math.min(file.intAt(PE_OFFSET_AT), 1 << 16));
  }

  static boolean isText(ImageEnds file) {
    String head = file.head();
    String text = head.startsWith(UTF8_MARK) ? head.substring(UTF8_MARK.length()) : head;
    boolean wide = head.startsWith("\u00ff\u00fe") || head.startsWith("\u00fe\u00ff");
    return !text.isEmpty()
        && text.chars()
            .limit(TEXT_HEAD_CHARS)
            .allMatch(character -> isOfText(character) || (wide && character == 0));
  }

  /** A text has no byte below the blank but these; a binary of some length has. */
  private static boolean isOfText(int character) {
    return (character >= ' ' && character != DELETE) || "\t\n\f\r\33".indexOf(character) >= 0;
  }
}
