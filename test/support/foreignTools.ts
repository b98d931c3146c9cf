import type { DeclaredTool } from '../../src/engine/model.ts';

/** The schema of a text. */
export const text = (description = '', more: object = {}): object => ({ type: 'string', description, ...more });
export const integer = (more: object = {}): object => ({ type: 'integer', ...more });
const number: object = { type: 'number' };

export function tool(
  name: string,
  description: string,
  properties: Readonly<Record<string, object>>,
  required?: readonly string[],
): DeclaredTool {
  const parameters = { type: 'object', properties, required: required ?? Object.keys(properties) };
  return { name, description, parameters };
}

/** Tools that are named nowhere else. */
export const tools = {
  weather: tool('get_weather', 'Get the current weather for a location', {
    location: text('The city and state, e.g. San Francisco, CA'),
  }),
  temperature: tool('readTemperature', 'Reads the temperature of a city', {
    city: text(),
    unit: { enum: ['celsius', 'fahrenheit'] },
  }),
  currency: tool('convert_currency', 'Convert between currencies', {
    amount: number,
    from_currency: text('ISO code'),
    to_currency: text('ISO code'),
  }),
  units: tool('unit-converter', 'Converts lengths, such as miles', { value: number, from: text(), to: text() }),
  calculator: tool('calculator', 'Evaluates a mathematical expression', {
    expression: text('The expression to evaluate'),
  }),
  email: tool('send_email', 'Send an email', { to: text('', { format: 'email' }), subject: text(), body: text() }),
  translate: tool('translate_text', 'Translate text', { text: text(), target_language: text() }),
  table: tool('book_restaurant', 'Reserve a table', {
    restaurant: text(),
    party_size: integer(),
    date: text('', { format: 'date' }),
    time: text('HH:MM'),
  }),
  flights: tool('search_flights', 'Search flights', {
    origin: text('Departure airport'),
    destination: text(),
    date: text('', { format: 'date' }),
    passengers: integer({ minimum: 1 }),
  }),
  lights: tool('set_light_state', 'Switch a light', { room: text(), on: { type: 'boolean' } }),
  stock: tool('get_stock_price', 'Price of a stock', { symbol: text('Ticker symbol') }),
  order: tool('track_order', 'Track an order', { order_id: text('The number of the order') }),
  web: tool('web_search', 'Search the web', { query: text('What to look for') }),
  shopping: tool('add_shopping_items', '', { items: { type: 'array', items: { type: 'string' } } }),
  sum: tool('sum', 'Adds numbers', { numbers: { type: 'array', items: { type: 'number' } } }),
  page: tool('fetch_page', 'Fetch a web page', { url: text('', { format: 'uri' }) }),
  file: tool('open_file', 'Opens a file', { path: text() }),
  ticket: tool('update_ticket', '', {
    ticket_id: text('', { pattern: String.raw`^[A-Z]+-\d+$` }),
    priority: { enum: ['low', 'medium', 'high'] },
  }),
  user: tool('create_user', 'Create a user', {
    user: {
      type: 'object',
      properties: { name: text(), email: text('', { format: 'email' }) },
      required: ['name', 'email'],
    },
  }),
  dice: tool('roll_dice', 'Roll dice', { count: integer(), sides: integer() }),
  song: tool('play_song', 'Play a song', { title: text(), artist: text() }),
  time: tool('get_current_time', '', {}),
  bmi: tool('calculate_bmi', 'Body mass index', { weight_kg: number, height_cm: number }),
  rate: tool('get_exchange_rate', 'Get the exchange rate between currencies', {
    base: text('Base currency code'),
    target: text('Target currency code'),
  }),
  sms: tool('send_sms', 'Send a text message', { phone_number: text(), message: text() }),
  definition: tool('get_definition', 'Get the definition of a word', { word: text('The word to define') }),
  degrees: tool('convert_temperature', 'Convert degrees', {
    value: number,
    from_unit: { enum: ['celsius', 'fahrenheit'] },
    to_unit: { enum: ['celsius', 'fahrenheit'] },
  }),
  recipes: tool('find_recipes', 'Find recipes by ingredients', { ingredients: { type: 'array', items: text() } }),
  distance: tool('get_distance', 'Distance between two cities', { city_a: text(), city_b: text() }),
  sql: tool('run_sql', 'Execute an SQL query', { query: text() }),
  hotel: tool('book_hotel', 'Book a room', {
    city: text(),
    check_in: text('Check-in date', { format: 'date' }),
    check_out: text('Check-out date', { format: 'date' }),
    guests: integer(),
  }),
  printer: tool('create_ticket', 'Create a support ticket', { description: text('What the problem is') }),
};

/** What is asked, of whom, and with which arguments it is to be called. */
export const examples: readonly (readonly [string, keyof typeof tools, unknown])[] = [
  ["What's the weather like in San Francisco?", 'weather', { location: 'San Francisco' }],
  ['what is the weather in paris today?', 'weather', { location: 'paris' }],
  ['Weather for Austin, TX please', 'weather', { location: 'Austin, TX' }],
  ["What's the temperature in Tokyo in fahrenheit?", 'temperature', { city: 'Tokyo', unit: 'fahrenheit' }],
  ['Convert 1,100 USD to EUR', 'currency', { amount: 1100, from_currency: 'USD', to_currency: 'EUR' }],
  ['Convert 26.2 miles to kilometers', 'units', { value: 26.2, from: 'miles', to: 'kilometers' }],
  ['What is 12 * (7 + 3)?', 'calculator', { expression: '12 * (7 + 3)' }],
  [
    "Email bob@example.com with subject 'Lunch' saying see you at noon",
    'email',
    { to: 'bob@example.com', subject: 'Lunch', body: 'see you at noon' },
  ],
  ["Translate 'good morning' into French", 'translate', { text: 'good morning', target_language: 'French' }],
  ['Translate good morning to Spanish', 'translate', { text: 'good morning', target_language: 'Spanish' }],
  [
    "Book a table for 4 people at Luigi's on 2026-12-24 at 7:30 pm",
    'table',
    { restaurant: "Luigi's", party_size: 4, date: '2026-12-24', time: '19:30' },
  ],
  [
    'Find flights from Berlin to New York tomorrow for two passengers',
    'flights',
    { origin: 'Berlin', destination: 'New York', date: '2026-03-05', passengers: 2 },
  ],
  ['Turn off the kitchen lights', 'lights', { room: 'kitchen', on: false }],
  ['What is the stock price of AAPL?', 'stock', { symbol: 'AAPL' }],
  ['Where is my order 12345?', 'order', { order_id: '12345' }],
  ['Who is the president of France?', 'web', { query: 'president of France' }],
  ['Add apples, pears and bread to my shopping list', 'shopping', { items: ['apples', 'pears', 'bread'] }],
  ['What is the sum of 3, 4 and 5.5?', 'sum', { numbers: [3, 4, 5.5] }],
  ['Summarize https://example.com/a.html', 'page', { url: 'https://example.com/a.html' }],
  ['Please open src/main.ts', 'file', { path: 'src/main.ts' }],
  ['Set the priority of ticket ABC-123 to high', 'ticket', { ticket_id: 'ABC-123', priority: 'high' }],
  [
    'Create a user named Alice Smith with email alice@x.org',
    'user',
    { user: { name: 'Alice Smith', email: 'alice@x.org' } },
  ],
  ['Roll two dice with 20 sides', 'dice', { count: 2, sides: 20 }],
  ['Play Bohemian Rhapsody by Queen', 'song', { title: 'Bohemian Rhapsody', artist: 'Queen' }],
  ["What's the current time?", 'time', {}],
  ['Calculate the BMI of somebody of 70 kg who is 175 cm tall', 'bmi', { weight_kg: 70, height_cm: 175 }],
  ["What's the exchange rate between GBP and JPY?", 'rate', { base: 'GBP', target: 'JPY' }],
  ['Text +1 555 123 4567 saying I will be late', 'sms', { phone_number: '+1 555 123 4567', message: 'I will be late' }],
  ['What does the word ephemeral mean?', 'definition', { word: 'ephemeral' }],
  ['Convert 72 degrees fahrenheit to celsius', 'degrees', { value: 72, from_unit: 'fahrenheit', to_unit: 'celsius' }],
  ['Find recipes with chicken, rice and garlic', 'recipes', { ingredients: ['chicken', 'rice', 'garlic'] }],
  ["What's the distance between London and Paris?", 'distance', { city_a: 'London', city_b: 'Paris' }],
  ['Run the SQL query SELECT * FROM users', 'sql', { query: 'SELECT * FROM users' }],
  [
    'Book a hotel in Lisbon from 2026-05-01 to 2026-05-05 for 2 guests',
    'hotel',
    { city: 'Lisbon', check_in: '2026-05-01', check_out: '2026-05-05', guests: 2 },
  ],
  ['Open a support ticket: my printer does not work', 'printer', { description: 'my printer does not work' }],
];
