package io.broker4j.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Operations of groups that the server must decide and execute as one step (facts 11a and 14). {@code KEYS[1]} is the
 * log, {@code ARGV[1]} the group, {@code ARGV[2]} the member that asks.
 *
 * <p>XCLAIM on an entry that the log has dropped removes the entry from the pending ones instead of claiming it. So no
 * script uses XCLAIM on such an entry. The entry stays pending until it is acknowledged, after its loss was reported.
 */
enum Script {
    /**
     * ARGV[2]: the position after which the group begins, ARGV[3]: how many entries were appended up to that position,
     * or -1. With -1 they are counted, if few entries came later and the log still reaches back to the position.
     * Returns 1 if the group was created, 0 if it existed.
     */
    CREATE("""
            local log, group, after, read = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
            local made = redis.pcall('XGROUP', 'CREATE', log, group, after, 'MKSTREAM')
            if made.err then
              if string.sub(made.err, 1, 9) == 'BUSYGROUP' then return 0 end
              return made
            end
            local info = redis.call('XINFO', 'STREAM', log)
            for i = 1, #info, 2 do info[info[i]] = info[i + 1] end
            local added = info['entries-added']
            -- A higher number was counted in another log, which this one has replaced.
            if read > added then read = -1 end
            if read < 0 and after == info['last-generated-id'] then read = added end
            if read < 0 and #redis.call('XRANGE', log, '-', after, 'COUNT', 1) > 0 then
              local later = #redis.call('XRANGE', log, '(' .. after, '+', 'COUNT', 100)
              if later < 100 then read = added - later end
            end
            redis.call('XGROUP', 'SETID', log, group, after, 'ENTRIESREAD', read)
            return 1
            """),

    /**
     * Returns how many entries the log has dropped before any member had them, or -1 if it may have
     * dropped some. Those entries then count as read, so that they are reported only once. The
     * answer is one to three words: the count; the group's cursor, if the group exists; and a
     * question mark if {@code entries-read} may still be wrong.
     *
     * <p>ARGV[2] is a cursor that was returned earlier over this connection, or empty. ARGV[3] is
     * {@code " ?"} if that cursor was returned with a question mark, otherwise empty. If the log
     * holds the entry at that cursor, or has no entry after it, no entry was dropped. The script
     * then does not ask for the cursor, because the cost grows with each group of the log. If the
     * group was set back meanwhile, the next entry is not after that cursor; the caller that reads
     * the entry must notice that.
     *
     * <p>The server's {@code lag} is not used, because only Redis 8 limits it to the entries held. {@code entries-read}
     * is corrected, because a replica of Redis 7.0 does not learn what members read, and reports a wrong number after
     * its promotion (fact 11c).
     */
    COUNT_TRIMMED("""
            local log, group, passed, unsure = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
            if passed ~= '' and #redis.call('XRANGE', log, passed, passed) > 0 then
              return '0 ' .. passed .. unsure
            end
            local info = redis.call('XINFO', 'STREAM', log)
            for i = 1, #info, 2 do info[info[i]] = info[i + 1] end
            if passed == info['last-generated-id'] then return '0 ' .. passed .. unsure end
            for _, flat in ipairs(redis.call('XINFO', 'GROUPS', log)) do
              if flat[2] == group then
                local g = {}
                for i = 1, #flat, 2 do g[flat[i]] = flat[i + 1] end
                local told, last = g['entries-read'], g['last-delivered-id']
                local added, read, trimmed, known = info['entries-added'], told, 0, true
                local dropped = added - info['length']
                if last == info['last-generated-id'] then
                  read = added
                elseif #redis.call('XRANGE', log, '-', last, 'COUNT', 1) > 0 then
                  -- It holds an entry that was read, so all that was dropped was read.
                  local later = #redis.call('XRANGE', log, '(' .. last, '+', 'COUNT', 100)
                  known = later < 100
                  if known then
                    read = added - later
                  elseif not read or read <= dropped then
                    read = -1
                  end
                else
                  if last == '0-0' then told = told or 0 end
                  read, trimmed = dropped, told and math.max(0, dropped - told) or -1
                end
                if read ~= (told or -1) then redis.call('XGROUP', 'SETID', log, group, last, 'ENTRIESREAD', read) end
                return trimmed .. ' ' .. last .. (known and '' or ' ?')
              end
            end
            return '0'
            """),

    /**
     * The answer of XINFO STREAM without entries: how many were added, how many there are, the first id, the last id.
     */
    LOG("""
            local info = redis.call('XINFO', 'STREAM', KEYS[1])
            for i = 1, #info, 2 do info[info[i]] = info[i + 1] end
            local first = info['first-entry']
            return {info['entries-added'], info['length'], first and first[1] or '', info['last-generated-id']}
            """),

    /**
     * ARGV[3]: after which position, ARGV[4]: at most how many, ARGV[5]: about how many bytes.
     * Returns whether there are more, and the entries.
     */
    PENDING("""
            local log, group, me, most, bytes = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[5])
            local mine = redis.call('XPENDING', log, group, '(' .. ARGV[3], '+', most, me)
            local result, more = {}, #mine == most
            for i, pending in ipairs(mine) do
              local entry = redis.call('XRANGE', log, pending[1], pending[1])[1]
              if entry then
                for _, word in ipairs(entry[2]) do bytes = bytes - #word end
              end
              result[i] = {pending[1], pending[4], entry and entry[2] or {}}
              if bytes <= 0 then
                more = more or i < #mine
                break
              end
            end
            return {more and 1 or 0, result}
            """),

    /** ARGV[3]: the position, ARGV[4]: the number of the next delivery. Returns 1 if the member owns the entry. */
    RETRY("""
            local log, group, me, id = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
            if #redis.call('XPENDING', log, group, id, id, 1, me) == 0 then return 0 end
            if #redis.call('XRANGE', log, id, id) > 0 then
              redis.call('XCLAIM', log, group, me, 0, id, 'RETRYCOUNT', ARGV[4], 'JUSTID')
            end
            return 1
            """),

    /** ARGV[3] and on: positions. Returns those that the member owns. */
    RENEW("""
            local log, group, me = KEYS[1], ARGV[1], ARGV[2]
            local owned = {}
            for i = 3, #ARGV do
              local id = ARGV[i]
              if #redis.call('XPENDING', log, group, id, id, 1, me) > 0 then
                if #redis.call('XRANGE', log, id, id) > 0 then
                  redis.call('XCLAIM', log, group, me, 0, id, 'JUSTID')
                end
                owned[#owned + 1] = id
              end
            end
            return owned
            """),

    /**
     * ARGV[3] and on: positions. Returns those that are pending for nobody; the member then owns those that the log
     * still has.
     */
    REGAIN("""
            local log, group, me = KEYS[1], ARGV[1], ARGV[2]
            local free = {}
            for i = 3, #ARGV do
              local id = ARGV[i]
              if #redis.call('XPENDING', log, group, id, id, 1) == 0 then
                if #redis.call('XRANGE', log, id, id) > 0 then
                  redis.call('XCLAIM', log, group, me, 0, id, 'FORCE', 'JUSTID')
                end
                free[#free + 1] = id
              end
            end
            return free
            """),

    /**
     * ARGV[3] and on: positions, and how often each was delivered. The member's entries then belong to a consumer that
     * is no member, and count as idle since 1970.
     */
    RELEASE("""
            local log, group, me = KEYS[1], ARGV[1], ARGV[2]
            for i = 3, #ARGV, 2 do
              local id = ARGV[i]
              if #redis.call('XPENDING', log, group, id, id, 1, me) > 0 and #redis.call('XRANGE', log, id, id) > 0 then
                redis.call('XCLAIM', log, group, '-', 0, id, 'TIME', 0, 'RETRYCOUNT', ARGV[i + 1], 'JUSTID')
              end
            end
            return 1
            """),

    /**
     * ARGV[3]: idle for how many milliseconds, ARGV[4]: at most how many, ARGV[5]: about how many
     * bytes, ARGV[6]: after how many milliseconds a member that owns nothing is forgotten. Returns
     * whether there are more, and the entries.
     */
    TAKE_OVER("""
            local log, group, me, idle, most, bytes =
                KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
            local result, from, page = {}, '-', nil
            repeat
              page = redis.call('XPENDING', log, group, 'IDLE', idle, from, '+', 100)
              for _, pending in ipairs(page) do
                local id = pending[1]
                if pending[2] ~= me then
                  if #result == most or bytes <= 0 then return {1, result} end
                  local fields = {}
                  if #redis.call('XRANGE', log, id, id) > 0 then
                    fields = redis.call('XCLAIM', log, group, me, idle, id)[1][2]
                    for _, word in ipairs(fields) do bytes = bytes - #word end
                  end
                  result[#result + 1] = {id, pending[4] + 1, fields}
                end
                from = '(' .. id
              end
            until #page < 100
            for _, flat in ipairs(redis.call('XINFO', 'CONSUMERS', log, group)) do
              local member = {}
              for i = 1, #flat, 2 do member[flat[i]] = flat[i + 1] end
              if member['name'] ~= me and member['pending'] == 0 and member['idle'] > tonumber(ARGV[6]) then
                redis.call('XGROUP', 'DELCONSUMER', log, group, member['name'])
              end
            end
            return {0, result}
            """),

    /**
     * KEYS[2]: the log of dead letters, ARGV[3]: the position, ARGV[4]: how many to keep there,
     * ARGV[5]: the idle expiry of that log in milliseconds, or 0, ARGV[6] and on: fields. Returns
     * the new position and how many entries were dropped for it, or nothing if the member does not
     * own the entry.
     */
    BURY("""
            local log, group, me, id = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
            if #redis.call('XPENDING', log, group, id, id, 1, me) == 0 then return false end
            local function ends()
              if ARGV[5] == '0' then return redis.call('PERSIST', KEYS[2]) end
              return redis.call('PEXPIRE', KEYS[2], ARGV[5])
            end
            -- Commands that may be refused come before XADD; another program's key gets no expiry.
            local before = redis.call('XLEN', KEYS[2])
            local known = ends()
            local grave = redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], 'LIMIT', 0, '*', unpack(ARGV, 6))
            redis.call('XACK', log, group, id)
            if known == 0 then ends() end
            return {grave, before + 1 - redis.call('XLEN', KEYS[2])}
            """),

    /**
     * ARGV[2]: a position that the group has passed. If that position is the log's last, no entry
     * waits for a member, and the script returns how many are pending; otherwise it returns nil and
     * the length of the log.
     */
    CAUGHT_UP("""
            local log, group, passed = KEYS[1], ARGV[1], ARGV[2]
            local info = redis.call('XINFO', 'STREAM', log)
            for i = 1, #info, 2 do info[info[i]] = info[i + 1] end
            if passed == info['last-generated-id'] then return {redis.call('XPENDING', log, group)[1]} end
            return {false, info['length']}
            """);

    private final byte[] text;
    private final byte[] hash;

    Script(String text) {
        this.text = text.getBytes(StandardCharsets.US_ASCII);
        this.hash = HexFormat.of().formatHex(sha1(this.text)).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] sha1(byte[] text) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(text);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** The script's text, for EVAL. */
    byte[] text() {
        return text;
    }

    /** The script's hash, for EVALSHA. */
    byte[] hash() {
        return hash;
    }
}
