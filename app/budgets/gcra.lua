-- What gcra.py says, for all processes at once.
-- KEYS: one hash for each bucket. ARGV: 'ask' or 'hold'; the moment in microseconds, 0 for this server's own clock;
-- for 'ask' the part in per cent, for 'hold' the microseconds; MOST_HELD; MOST_PROMISED; then interval and burst of each.
-- Returns 0, or the microseconds until the caller's turn.
local act, at, given = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local most_held, most_promised = tonumber(ARGV[4]), tonumber(ARGV[5])
if at == 0 then
  local time = redis.call('TIME')
  at = time[1] * 1000000 + time[2]
end

local function keep(key, field, value)
  redis.call('HSET', key, field, string.format('%.0f', value))
  local lives = math.ceil((value - at) / 1000) + 1000
  if redis.call('PTTL', key) < lives then redis.call('PEXPIRE', key, lives) end
end

local function number(key, field)
  return tonumber(redis.call('HGET', key, field) or '0')
end

-- what only a clock that went back can have left is taken back: calls taken further ahead than a burst, long holds
local function possible(key, interval, burst)
  local held, busy = number(key, 'held'), number(key, 'busy')
  if held > at + most_held then
    held = at + most_held
    keep(key, 'held', held)
  end
  local most = math.max(at, held) + interval * burst
  if busy > most then
    busy = most
    keep(key, 'busy', busy)
  end
  return held, busy
end

if act == 'hold' then
  local till = at + math.min(given, most_held)
  for i, key in ipairs(KEYS) do
    local interval, burst = tonumber(ARGV[4 + 2 * i]), tonumber(ARGV[5 + 2 * i])
    local held, busy = possible(key, interval, burst)
    keep(key, 'held', math.max(held, till))
    keep(key, 'busy', math.max(busy, till + interval * (burst - 1)))
  end
  return 0
end

local taken, wait, slowest = {}, 0, 1
for i, key in ipairs(KEYS) do
  local interval, burst = tonumber(ARGV[4 + 2 * i]), tonumber(ARGV[5 + 2 * i])
  local held, busy = possible(key, interval, burst)
  taken[i] = math.max(at, busy) + interval
  local usable = interval * math.max(1, math.floor(burst * given / 100))
  local needs = math.max(taken[i] - at - usable, held - at)
  if needs > wait then wait, slowest = needs, i end
end
if wait <= 0 then
  for i, key in ipairs(KEYS) do keep(key, 'busy', taken[i]) end
  return 0
end
local key, field = KEYS[slowest], 'promised' .. ARGV[3]
local turn = math.max(at + wait, math.min(number(key, field) + tonumber(ARGV[4 + 2 * slowest]), at + most_promised))
keep(key, field, turn)
return turn - at
