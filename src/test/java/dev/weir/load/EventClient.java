package dev.weir.load;

import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/**
 * Reads one response as its bytes arrive: the status, the chunked coding, and the numbers in the events' data. Read bytes are
 * not kept.
 */
final class EventClient {
    private static final byte[] DATA = {'d', 'a', 't', 'a', ':', ' ', ' '};

    private static final int OTHER_LINE = -1;

    private final LongConsumer numbers;
    private Part part = Part.HEAD;
    private int blankLine;
    private int statusAt;
    private int status;
    private long chunk;
    private int column;
    private long number;
    private int events;

    private enum Part {
        HEAD,
        SIZE,
        CHUNK,
        AFTER_CHUNK,
        END
    }

    /**
     * Creates a client.
     *
     * @param numbers receives each event's number as soon as its line has ended
     */
    EventClient(LongConsumer numbers) {
        this.numbers = numbers;
    }

    void read(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte b = bytes.get();
            switch (part) {
                case HEAD -> head(b);
                case SIZE -> size(b);
                case CHUNK -> body(b);
                case AFTER_CHUNK -> part = b == '\n' ? Part.SIZE : part;
                case END -> {}
            }
        }
    }

    private void head(byte b) {
        statusAt++;
        if (statusAt > 9 && statusAt <= 12) {
            status = status * 10 + b - '0';
        }
        blankLine = b == '\n' ? blankLine + 1 : b == '\r' ? blankLine : 0;
        if (blankLine == 2) {
            part = Part.SIZE;
        }
    }

    private void size(byte b) {
        if (b == '\n') {
            part = chunk == 0 ? Part.END : Part.CHUNK;
        } else if (b != '\r') {
            chunk = chunk * 16 + Character.digit(b, 16);
        }
    }

    private void body(byte b) {
        if (b == '\n') {
            if (column > DATA.length) {
                events++;
                numbers.accept(number);
            }
            column = 0;
            number = 0;
        } else if (column >= 0 && column < DATA.length) {
            column = b == DATA[column] ? column + 1 : OTHER_LINE;
        } else if (column != OTHER_LINE) {
            number = number * 10 + b - '0';
            column++;
        }
        if (--chunk == 0) {
            part = Part.AFTER_CHUNK;
        }
    }

    /** The number of events so far. */
    int events() {
        return events;
    }

    /** Empty for a whole stream of {@code wanted} events, otherwise a description of the fault. */
    String lacks(int wanted) {
        if (status != 200) {
            return status == 0 ? "no answer" : "status " + status;
        }
        if (part != Part.END) {
            return "broken off";
        }
        return events == wanted ? "" : "events missing";
    }
}
